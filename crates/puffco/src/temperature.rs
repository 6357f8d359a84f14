//! Degrees: the wire is always in Celsius, people choose (facts/puffco-ble.md §16).

/// A temperature in °F.
#[must_use]
pub fn to_fahrenheit(celsius: f32) -> f32 {
    celsius * 1.8 + 32.0
}

/// A temperature in °C.
#[must_use]
pub fn to_celsius(fahrenheit: f32) -> f32 {
    (fahrenheit - 32.0) / 1.8
}

/// A difference of temperatures, such as a boost, in °F.
#[must_use]
pub fn difference_to_fahrenheit(celsius: f32) -> f32 {
    celsius * 1.8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_boost_of_five_degrees_is_nine_and_not_forty_one() {
        assert!((difference_to_fahrenheit(5.0) - 9.0).abs() < 1e-4);
        assert!((to_fahrenheit(5.0) - 41.0).abs() < 1e-4);
    }

    #[test]
    fn the_limits_of_a_profile_are_the_vendors_whole_fahrenheits() {
        assert!((to_celsius(620.0) - 326.667).abs() < 1e-3);
        assert!((to_fahrenheit(to_celsius(400.0)) - 400.0).abs() < 1e-3);
    }
}
