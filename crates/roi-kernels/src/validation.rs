//! Every variant of every kernel as text, without a GPU: it parses, validates within what every
//! adapter has, and keeps the rules of the platforms that no validator knows.

use naga::valid::{Capabilities, ValidationFlags, Validator};
use naga::{AddressSpace, Module};

use crate::gpu::Kernel;
use crate::ops;
use crate::weights::MAX_STORAGE_BUFFERS;

const MAX_INVOCATIONS: u32 = 256;
const MAX_WORKGROUP_BYTES: u32 = 16 * 1024;

fn check<K: Kernel>() {
    let variants = K::variants();
    assert!(!variants.is_empty(), "{} has no variants", K::NAME);
    for kernel in variants {
        let text = kernel.render();
        if let Err(problem) = check_text(&text, kernel.workgroup_size()) {
            panic!("{kernel:?}: {problem}");
        }
    }
}

fn check_text(text: &str, workgroup_size: u32) -> Result<(), String> {
    if text.contains("{{") || text.contains("//#") {
        return Err("a placeholder or a directive is left".into());
    }
    let module = naga::front::wgsl::parse_str(text).map_err(|error| error.emit_to_string(text))?;
    // f16 inside words is part of WebGPU's core.
    let capabilities = Capabilities::default() | Capabilities::SHADER_FLOAT16_IN_FLOAT32;
    let info = Validator::new(ValidationFlags::all(), capabilities)
        .validate(&module)
        .map_err(|error| error.emit_to_string(text))?;
    let [entry] = &module.entry_points[..] else {
        return Err(format!("{} entry points", module.entry_points.len()));
    };
    if entry.name != "main"
        || entry.workgroup_size != [workgroup_size, 1, 1]
        || workgroup_size > MAX_INVOCATIONS
    {
        return Err(format!(
            "entry {} of {:?}, launched as {workgroup_size}",
            entry.name, entry.workgroup_size
        ));
    }
    let uses = info.get_entry_point(0);
    let mut bindings = Vec::new();
    let (mut storage, mut workgroup_bytes) = (0, 0);
    for (handle, variable) in module.global_variables.iter() {
        let name = variable.name.as_deref().unwrap_or("?");
        if uses[handle].is_empty() {
            return Err(format!("{name} is declared and not used"));
        }
        match variable.space {
            AddressSpace::Storage { .. } => storage += 1,
            AddressSpace::WorkGroup => workgroup_bytes += size_of(&module, variable.ty),
            _ => {}
        }
        if let Some(binding) = variable.binding {
            if binding.group != 0 {
                return Err(format!("{name} is in group {}", binding.group));
            }
            bindings.push((binding.binding, variable.space == AddressSpace::Uniform));
        }
    }
    bindings.sort_unstable();
    let contiguous = bindings
        .iter()
        .zip(0..)
        .all(|((binding, _), index)| *binding == index);
    let uniform_last =
        bindings.iter().position(|(_, uniform)| *uniform) == Some(bindings.len() - 1);
    if !contiguous || !uniform_last {
        return Err(format!(
            "bindings {bindings:?}: not 0.. with the uniform last"
        ));
    }
    if storage > MAX_STORAGE_BUFFERS {
        return Err(format!("{storage} storage buffers"));
    }
    if workgroup_bytes > MAX_WORKGROUP_BYTES {
        return Err(format!("{workgroup_bytes} bytes of workgroup memory"));
    }
    Ok(())
}

fn size_of(module: &Module, ty: naga::Handle<naga::Type>) -> u32 {
    module.types[ty].inner.size(module.to_ctx())
}

macro_rules! every_variant_is_valid {
    ($($test:ident: $kernel:ty;)*) => {
        $(
            #[test]
            fn $test() {
                check::<$kernel>();
            }
        )*
    };
}

every_variant_is_valid! {
    argmax: ops::argmax::Argmax;
    attention: ops::attention::Attention;
    attention_step: ops::attention_step::AttentionStep;
    conv3x3: ops::conv3x3::Conv3x3;
    copy: ops::copy::Copy;
    embed: ops::embed::Embed;
    group_norm: ops::group_norm::GroupNorm;
    group_norm_stats: ops::group_norm_stats::GroupNormStats;
    layer_norm: ops::layer_norm::LayerNorm;
    matmul: ops::matmul::Matmul;
    matvec: ops::matvec::Matvec;
    noise: ops::noise::Noise;
    resize: ops::resize::Resize;
    rms_norm: ops::rms_norm::RmsNorm;
    roi_align: ops::roi_align::RoiAlign;
    rope: ops::rope::Rope;
    shuffle: ops::shuffle::Shuffle;
    top_k: ops::top_k::TopK;
}

const SOUND: &str = "@group(0) @binding(0) var<storage, read_write> y: array<f32>;
@group(0) @binding(1) var<uniform> count: u32;
@compute @workgroup_size(8) fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if id.x < count { y[id.x] = 1.0; }
}";

/// What the check says about `SOUND` with `part` replaced.
fn complaint(part: &str, by: &str) -> String {
    assert!(SOUND.contains(part));
    check_text(&SOUND.replace(part, by), 8).expect_err("not sound any more")
}

#[test]
fn broken_rules_are_found() {
    check_text(SOUND, 8).expect("sound");
    assert!(check_text(SOUND, 16).is_err());
    assert!(complaint("y[id.x] = 1.0;", "").contains("y is declared and not used"));
    assert!(complaint("binding(1)", "binding(2)").contains("not 0.."));
    assert!(complaint("fn main", "fn other").contains("entry other"));
    assert!(complaint("1.0", "{{VALUE}}").contains("placeholder"));
    assert!(complaint("1.0", "true").contains("error"));
    let memory = "var<workgroup> w: array<vec4<f32>, 1025>;\n@compute";
    let large = SOUND
        .replace("@compute", memory)
        .replace("1.0", "w[id.x & 1u].x");
    assert!(
        check_text(&large, 8)
            .expect_err("too large")
            .contains("16400 bytes")
    );
}
