//! What keeps a device from doing what it is asked for. The words for a person are the companion's.

/// Why a device is in no state for a request. Nothing was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Obstacle {
    /// It has not told what it does.
    #[error("its state is not known")]
    StateUnknown,
    /// It is off.
    #[error("it is switched off")]
    SwitchedOff,
    /// It starts up.
    #[error("it is still starting")]
    Starting,
    /// It is in a test of the factory's.
    #[error("it is in a test")]
    Testing,
    /// It waits to be paired.
    #[error("it is in pairing mode")]
    Pairing,
    /// It has no chamber.
    #[error("no chamber is put on")]
    NoChamber,
    /// Its chamber tells no temperature.
    #[error("its chamber has no temperature")]
    NoTemperature,
    /// Its chamber is too hot to be heated.
    #[error("its chamber is too hot")]
    ChamberTooHot,
    /// Its battery is too hot or too cold (puffco-ble §15).
    #[error("its battery is too hot or too cold")]
    BatteryTemperature,
    /// It has not told its charge.
    #[error("its charge is not known")]
    ChargeUnknown,
    /// Its battery is too low.
    #[error("its battery is too low")]
    BatteryLow,
    /// It heats, and the request would disturb that.
    #[error("it is heating")]
    Heating,
    /// It does not heat, and the request is about a heat.
    #[error("no heat is running")]
    NotHeating,
    /// Too much was asked of it at once.
    #[error("too many requests are waiting")]
    Busy,
    /// Its log makes no sense, or does not come.
    #[error("the log cannot be read")]
    LogUnreadable,
    /// This link has no way to stop it.
    #[error("it cannot be stopped over this link")]
    NoStop,
}
