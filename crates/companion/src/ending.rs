//! When a program that holds a companion is asked to end from outside. What then has to be done is
//! [`Companion::shutdown`](crate::Companion::shutdown).

/// Waits until a terminal, a person or the system asks the program to end. Where such requests cannot be heard
/// it waits for ever, and they end the program as they always do.
pub async fn asked_to_end() {
    if let Err(error) = asked().await {
        tracing::warn!(%error, "requests to end the program cannot be heard");
        std::future::pending::<()>().await;
    }
}

#[cfg(unix)]
async fn asked() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut hangup = signal(SignalKind::hangup())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = hangup.recv() => {}
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    Ok(())
}

#[cfg(not(unix))]
async fn asked() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
