//! Temperature curves, small: how they are kept in the database (docs/history.md, "Curves"). Pure.

/// The form that [`encode`] writes. The first byte of every curve.
const FORM: u8 = 1;
/// More samples than this are not believed: four a second for over an hour.
pub(crate) const MOST_SAMPLES: usize = 16_384;

/// A temperature at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Since the beginning of the sesh, ms.
    pub ms: u32,
    /// Temperature, tenths of a °C.
    pub tenths: i32,
}

impl Sample {
    /// A sample of a temperature; `None` for one that no device has.
    #[must_use]
    pub fn new(ms: u32, celsius: f32) -> Option<Self> {
        let plausible = (-100.0..=1_000.0).contains(&celsius);
        plausible.then(|| Self { ms, tenths: (celsius * 10.0).round() as i32 })
    }

    /// Temperature, °C.
    #[must_use]
    pub fn celsius(self) -> f32 {
        self.tenths as f32 / 10.0
    }
}

/// The curve in the database is damaged. The rest of the sesh is readable all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a curve is damaged")]
pub struct CurveError;

/// Encodes samples, in the order of their times. One that is not later than the one before it is left out, and so
/// is what comes after the first 16,384.
#[must_use]
pub fn encode(samples: &[Sample]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(1 + samples.len() * 3);
    bytes.push(FORM);
    let mut last: Option<Sample> = None;
    let mut count = 0;
    for sample in samples {
        let (since, change) = match last {
            Some(last) if sample.ms <= last.ms => continue,
            Some(last) => (sample.ms - last.ms, i64::from(sample.tenths) - i64::from(last.tenths)),
            None => (sample.ms, i64::from(sample.tenths)),
        };
        if count == MOST_SAMPLES {
            break;
        }
        put(&mut bytes, u64::from(since));
        put(&mut bytes, zigzag(change));
        last = Some(*sample);
        count += 1;
    }
    bytes
}

/// Decodes what [`encode`] wrote. Nothing at all is a curve without samples.
///
/// # Errors
/// [`CurveError`]: the bytes are not a curve.
pub fn decode(bytes: &[u8]) -> Result<Vec<Sample>, CurveError> {
    let Some((form, mut rest)) = bytes.split_first() else { return Ok(Vec::new()) };
    if *form != FORM {
        return Err(CurveError);
    }
    let mut samples: Vec<Sample> = Vec::with_capacity((rest.len() / 2).min(MOST_SAMPLES));
    while !rest.is_empty() {
        if samples.len() == MOST_SAMPLES {
            return Err(CurveError);
        }
        let since = u32::try_from(take(&mut rest)?).map_err(|_| CurveError)?;
        let change = unzigzag(take(&mut rest)?);
        let (ms, tenths) = match samples.last() {
            Some(_) if since == 0 => return Err(CurveError),
            Some(last) => (last.ms.checked_add(since), i64::from(last.tenths).checked_add(change)),
            None => (Some(since), Some(change)),
        };
        let tenths = tenths.and_then(|tenths| i32::try_from(tenths).ok()).ok_or(CurveError)?;
        samples.push(Sample { ms: ms.ok_or(CurveError)?, tenths });
    }
    Ok(samples)
}

/// Seven bits a byte, lowest first; the highest bit says that more follow.
fn put(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

fn take(bytes: &mut &[u8]) -> Result<u64, CurveError> {
    let mut value = 0;
    for place in 0..9 {
        let (byte, rest) = bytes.split_first().ok_or(CurveError)?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err(CurveError)
}

/// Small numbers of either sign become small numbers.
fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)).cast_unsigned()
}

fn unzigzag(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ -((value & 1).cast_signed())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sample(ms: u32, tenths: i32) -> Sample {
        Sample { ms, tenths }
    }

    #[test]
    fn the_form_is_the_documented_one() {
        // 20.5 °C at 0 ms, 21.0 °C at 250 ms, 20.9 °C at 500 ms.
        let samples = [sample(0, 205), sample(250, 210), sample(500, 209)];
        let bytes = [1, 0, 0x9a, 0x03, 0xfa, 0x01, 10, 0xfa, 0x01, 1];
        assert_eq!(encode(&samples), bytes);
        assert_eq!(decode(&bytes), Ok(samples.to_vec()));
    }

    #[test]
    fn three_minutes_are_about_two_kilobytes() {
        let heat: Vec<Sample> =
            (0..720).map(|n| sample(n * 250, 250 + 2_600.min(n as i32 * 24) + n as i32 % 7)).collect();
        assert!(encode(&heat).len() < 2_800, "{} bytes", encode(&heat).len());
    }

    #[test]
    fn what_is_no_curve_is_told() {
        for bytes in [&[2][..], &[1, 0], &[1, 0x80], &[1, 5, 2, 0, 2], &[1, 0xff, 0xff, 0xff, 0xff, 0x7f, 0]]
        {
            assert_eq!(decode(bytes), Err(CurveError), "{bytes:?}");
        }
        assert_eq!(decode(&[]), Ok(Vec::new()));
    }

    #[test]
    fn a_temperature_that_no_device_has_is_no_sample() {
        assert_eq!(Sample::new(0, f32::NAN), None);
        assert_eq!(Sample::new(0, 2_000.0), None);
        assert_eq!(Sample::new(7, 282.96).map(Sample::celsius), Some(283.0));
    }

    fn curve() -> impl Strategy<Value = Vec<Sample>> {
        prop::collection::vec((1_u32..100_000, -1_000_i32..10_000), 0..400).prop_map(|steps| {
            let mut ms = 0;
            let step = |(since, tenths): (u32, i32)| {
                ms += since;
                sample(ms, tenths)
            };
            steps.into_iter().map(step).collect()
        })
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded(samples in curve()) {
            prop_assert_eq!(decode(&encode(&samples)), Ok(samples));
        }

        #[test]
        fn extreme_samples_survive(ms in any::<u32>(), tenths in any::<i32>(), more in any::<i32>()) {
            let samples = [sample(ms / 2, tenths), sample(ms / 2 + 1, more)];
            prop_assert_eq!(decode(&encode(&samples)), Ok(samples.to_vec()));
        }

        #[test]
        fn any_samples_become_a_curve_that_decodes(
            samples in prop::collection::vec((any::<u32>(), any::<i32>()), 0..200),
        ) {
            let samples: Vec<Sample> = samples.into_iter().map(|(ms, tenths)| sample(ms, tenths)).collect();
            let decoded = decode(&encode(&samples)).expect("a curve");
            prop_assert!(decoded.windows(2).all(|pair| pair[0].ms < pair[1].ms));
        }

        #[test]
        fn any_bytes_are_read_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            if let Ok(samples) = decode(&bytes) {
                prop_assert_eq!(decode(&encode(&samples)), Ok(samples));
            }
        }
    }
}
