//! Numbers as people read them, in any language.

/// Bytes in decimal units, as download dialogs count them.
#[must_use]
pub fn bytes(n: u64) -> String {
    let n = n as f64;
    match n {
        _ if n < 1e3 => format!("{n} B"),
        _ if n < 1e6 => format!("{:.0} kB", n / 1e3),
        _ if n < 1e9 => format!("{:.1} MB", n / 1e6),
        _ => format!("{:.2} GB", n / 1e9),
    }
}

/// A coordinate with at most three decimals: a thousandth of a pixel means nothing to anyone.
#[must_use]
pub fn coordinate(value: f64) -> String {
    let rounded = (value * 1e3).round() / 1e3;
    format!("{rounded}")
}

/// A coordinate as it is read aloud: a tenth of a pixel is more than anyone listens for.
#[must_use]
pub fn spoken(value: f64) -> String {
    // Adding zero makes −0 positive.
    format!("{}", (value * 10.0).round() / 10.0 + 0.0)
}

/// A duration in the unit that fits it.
#[must_use]
pub fn milliseconds(ms: f64) -> String {
    if ms < 1000.0 {
        format!("{ms:.0} ms")
    } else {
        format!("{:.1} s", ms / 1000.0)
    }
}

/// Something a second, as precisely as an estimate deserves.
#[must_use]
pub fn speed(per_second: f64) -> String {
    if per_second < 10.0 {
        format!("{per_second:.1}")
    } else {
        let magnitude = 10_f64.powf(per_second.log10().floor() - 1.0);
        format!("{:.0}", (per_second / magnitude).round() * magnitude)
    }
}
