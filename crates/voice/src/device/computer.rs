//! The microphones and speakers of this computer: ALSA, Core Audio, WASAPI, by the library `cpal`.

use cpal::traits::{DeviceTrait, HostTrait, StreamTrait};
use cpal::{Device, ErrorKind, FromSample, Sample, SampleFormat, SizedSample, Stream, SupportedStreamConfig};

use super::{DeviceError, Devices, Ear, Mouth, Names, Open};
use crate::audio::frame::RATE;
use crate::audio::resample::Resampler;

/// The sound of this computer.
#[derive(Clone, Copy, Debug, Default)]
pub struct Computer;

struct Opened {
    name: String,
    /// Plays, or listens, until it is dropped.
    _stream: Stream,
}

impl Open for Opened {
    fn name(&self) -> &str {
        &self.name
    }
}

impl Devices for Computer {
    fn names(&mut self) -> Names {
        let host = cpal::default_host();
        let named = |devices: Result<_, _>| match devices {
            Ok(devices) => names_of(devices),
            Err(_) => Vec::new(),
        };
        Names {
            microphones: named(host.input_devices().map(Iterator::collect)),
            speakers: named(host.output_devices().map(Iterator::collect)),
        }
    }

    fn open_microphone(&mut self, name: Option<&str>, ear: Ear) -> Result<Box<dyn Open>, DeviceError> {
        let host = cpal::default_host();
        let device = match name {
            Some(name) => host.input_devices().map_err(why)?.find(|device| called(device) == name),
            None => host.default_input_device(),
        };
        let device = device.ok_or(DeviceError::Missing)?;
        let config = device.default_input_config().map_err(why)?;
        let stream = match config.sample_format() {
            SampleFormat::I8 => listen::<i8>(&device, config, ear),
            SampleFormat::I16 => listen::<i16>(&device, config, ear),
            SampleFormat::I32 => listen::<i32>(&device, config, ear),
            SampleFormat::U8 => listen::<u8>(&device, config, ear),
            SampleFormat::U16 => listen::<u16>(&device, config, ear),
            SampleFormat::F32 => listen::<f32>(&device, config, ear),
            SampleFormat::F64 => listen::<f64>(&device, config, ear),
            _ => Err(DeviceError::Unfit),
        }?;
        stream.play().map_err(why)?;
        Ok(Box::new(Opened { name: called(&device), _stream: stream }))
    }

    fn open_speaker(&mut self, name: Option<&str>, mouth: Mouth) -> Result<Box<dyn Open>, DeviceError> {
        let host = cpal::default_host();
        let device = match name {
            Some(name) => host.output_devices().map_err(why)?.find(|device| called(device) == name),
            None => host.default_output_device(),
        };
        let device = device.ok_or(DeviceError::Missing)?;
        let config = device.default_output_config().map_err(why)?;
        let stream = match config.sample_format() {
            SampleFormat::I8 => speak::<i8>(&device, config, mouth),
            SampleFormat::I16 => speak::<i16>(&device, config, mouth),
            SampleFormat::I32 => speak::<i32>(&device, config, mouth),
            SampleFormat::U8 => speak::<u8>(&device, config, mouth),
            SampleFormat::U16 => speak::<u16>(&device, config, mouth),
            SampleFormat::F32 => speak::<f32>(&device, config, mouth),
            SampleFormat::F64 => speak::<f64>(&device, config, mouth),
            _ => Err(DeviceError::Unfit),
        }?;
        stream.play().map_err(why)?;
        Ok(Box::new(Opened { name: called(&device), _stream: stream }))
    }
}

fn names_of(devices: Vec<Device>) -> Vec<String> {
    let mut names: Vec<_> = devices.iter().map(called).filter(|name| !name.is_empty()).collect();
    let mut known = std::collections::BTreeSet::new();
    names.retain(|name| known.insert(name.clone()));
    names
}

fn called(device: &Device) -> String {
    device.description().map(|it| it.name().to_owned()).unwrap_or_default()
}

fn listen<S>(device: &Device, config: SupportedStreamConfig, mut ear: Ear) -> Result<Stream, DeviceError>
where
    S: SizedSample + Send + 'static,
    f32: FromSample<S>,
{
    let (rate, channels) = (config.sample_rate(), usize::from(config.channels()).max(1));
    let fate = ear.fate();
    let heard = move |samples: &[S], _: &cpal::InputCallbackInfo| {
        let mixed = samples
            .chunks_exact(channels)
            .map(|all| all.iter().map(|sample| f32::from_sample(*sample)).sum::<f32>() / channels as f32);
        ear.hear(rate, mixed);
    };
    let error = move |error: cpal::Error| {
        if let Some(error) = ended(&error) {
            fate.failed(error);
        }
    };
    device.build_input_stream(config.into(), heard, error, None).map_err(why)
}

fn speak<S>(device: &Device, config: SupportedStreamConfig, mouth: Mouth) -> Result<Stream, DeviceError>
where
    S: SizedSample + FromSample<f32> + Send + 'static,
{
    let (rate, channels) = (config.sample_rate(), usize::from(config.channels()).max(1));
    let mut resampler = Resampler::to_device(rate);
    let mut ready = std::collections::VecDeque::new();
    let mut fetched = Vec::new();
    let fate = mouth.fate();
    let say = move |samples: &mut [S], _: &cpal::OutputCallbackInfo| {
        let wanted = samples.len() / channels;
        while ready.len() < wanted {
            // A few more than it will be, so that nothing is fetched twice: what is too much is played next.
            let missing = (wanted - ready.len()) as u64 * u64::from(RATE) / u64::from(rate.max(1)) + 8;
            fetched.resize(missing as usize, 0.0);
            mouth.say(&mut fetched);
            resampler.feed(fetched.iter().copied(), &mut ready);
        }
        for (all, sample) in samples.chunks_exact_mut(channels).zip(ready.drain(..wanted)) {
            all.fill(S::from_sample(sample));
        }
    };
    let error = move |error: cpal::Error| {
        if let Some(error) = ended(&error) {
            fate.failed(error);
        }
    };
    device.build_output_stream(config.into(), say, error, None).map_err(why)
}

/// Whether a stream is over.
fn ended(error: &cpal::Error) -> Option<DeviceError> {
    match error.kind() {
        ErrorKind::DeviceChanged | ErrorKind::Xrun | ErrorKind::RealtimeDenied => None,
        _ => Some(match why_of(error) {
            DeviceError::Missing | DeviceError::Unfit => DeviceError::Gone,
            other => other,
        }),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn why(error: cpal::Error) -> DeviceError {
    tracing::info!(%error, "a sound device cannot be used");
    why_of(&error)
}

fn why_of(error: &cpal::Error) -> DeviceError {
    match error.kind() {
        ErrorKind::DeviceNotAvailable | ErrorKind::HostUnavailable => DeviceError::Missing,
        ErrorKind::PermissionDenied => DeviceError::Denied,
        ErrorKind::DeviceBusy => DeviceError::Busy,
        ErrorKind::StreamInvalidated => DeviceError::Gone,
        _ => DeviceError::Unfit,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::{ear, mouth};

    #[test]
    fn a_device_that_is_not_there_is_missing_also_where_there_is_no_sound_at_all() {
        let (ear, _heard) = ear();
        let (mouth, _fate) = mouth();
        let name = Some("No such device, surely");
        let (microphone, speaker) = (Computer.open_microphone(name, ear), Computer.open_speaker(name, mouth));
        assert_eq!(microphone.err(), Some(DeviceError::Missing));
        assert_eq!(speaker.err(), Some(DeviceError::Missing));
        let names = Computer.names();
        assert!(names.microphones.iter().chain(&names.speakers).all(|name| !name.is_empty()));
    }
}
