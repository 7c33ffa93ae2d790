// The activation of one value, chosen when the text is rendered.
fn activate(x: f32) -> f32 {
//#if RELU
    return max(x, 0.0);
//#end
//#if QUICK_GELU
    return x / (1.0 + exp(-1.702 * x));
//#end
//#if GELU
    // Abramowitz and Stegun 7.1.26, absolute error of erf below 1.5e-7.
    let z = abs(x) * 0.70710678;
    let t = 1.0 / (1.0 + 0.3275911 * z);
    let series = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
    let erf = 1.0 - series * exp(-z * z);
    return 0.5 * x * (1.0 + select(-erf, erf, x >= 0.0));
//#end
//#if NO_ACTIVATION
    return x;
//#end
}
