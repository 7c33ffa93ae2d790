//! Checkpoint files made byte by byte, so that tests can hold what `torch.save` would never write.

use roi_weights::TensorSpec;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// The reference checkpoint of the repository.
pub(crate) fn golden(part: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/golden/tiny-gpt4roi")
        .join(part)
}

/// Writes pickle instructions.
#[derive(Clone, Default)]
pub(crate) struct PickleWriter(pub(crate) Vec<u8>);

impl PickleWriter {
    pub(crate) fn protocol(version: u8) -> Self {
        Self(vec![0x80, version])
    }

    pub(crate) fn op(mut self, opcode: u8) -> Self {
        self.0.push(opcode);
        self
    }

    pub(crate) fn text(mut self, text: &str) -> Self {
        self.0.push(b'X');
        self.0.extend((text.len() as u32).to_le_bytes());
        self.0.extend(text.as_bytes());
        self
    }

    pub(crate) fn int(mut self, value: u64) -> Self {
        self.0.extend([0x8a, 8]);
        self.0.extend(value.to_le_bytes());
        self
    }

    pub(crate) fn ints(self, values: &[u64]) -> Self {
        values
            .iter()
            .fold(self.op(b'('), |writer, value| writer.int(*value))
            .op(b't')
    }

    pub(crate) fn global(mut self, module: &str, name: &str) -> Self {
        self.0.extend(format!("c{module}\n{name}\n").bytes());
        self
    }

    pub(crate) fn stop(self) -> Vec<u8> {
        self.op(b'.').0
    }
}

/// A tensor as a state dictionary describes it.
#[derive(Clone, Debug)]
pub(crate) struct View {
    pub(crate) name: &'static str,
    pub(crate) class: &'static str,
    pub(crate) key: &'static str,
    /// Elements of the storage.
    pub(crate) length: u64,
    pub(crate) offset: u64,
    pub(crate) shape: Vec<u64>,
    pub(crate) strides: Vec<u64>,
    /// Legacy files may make a storage a window of another: first element and length.
    pub(crate) window: Option<(u64, u64)>,
    pub(crate) is_parameter: bool,
}

impl View {
    /// The whole of storage `key`, row-major.
    pub(crate) fn whole(
        name: &'static str,
        class: &'static str,
        key: &'static str,
        shape: &[u64],
    ) -> Self {
        let strides = (0..shape.len())
            .map(|axis| shape[axis + 1..].iter().product())
            .collect();
        let length = shape.iter().product();
        let shape = shape.to_vec();
        Self {
            name,
            class,
            key,
            length,
            offset: 0,
            shape,
            strides,
            window: None,
            is_parameter: false,
        }
    }

    fn write(&self, writer: PickleWriter, legacy: bool) -> PickleWriter {
        let mut writer = writer.text(self.name);
        if self.is_parameter {
            writer = writer.global("torch._utils", "_rebuild_parameter").op(b'(');
        }
        writer = writer
            .global("torch._utils", "_rebuild_tensor_v2")
            .op(b'(')
            .op(b'(')
            .text("storage")
            .global("torch", self.class)
            .text(self.key)
            .text("cpu")
            .int(self.length);
        if legacy {
            writer = match self.window {
                None => writer.op(b'N'),
                Some((start, length)) => {
                    writer.op(b'(').text("view").int(start).int(length).op(b't')
                }
            };
        }
        writer = writer
            .op(b't')
            .op(b'Q')
            .int(self.offset)
            .ints(&self.shape)
            .ints(&self.strides)
            .op(0x89);
        writer = writer
            .global("collections", "OrderedDict")
            .op(b')')
            .op(b'R')
            .op(b't')
            .op(b'R');
        if self.is_parameter {
            writer = writer
                .op(0x89)
                .global("collections", "OrderedDict")
                .op(b')')
                .op(b'R')
                .op(b't')
                .op(b'R');
        }
        writer
    }
}

/// The pickle of a state dictionary.
pub(crate) fn state_dict(views: &[View], legacy: bool) -> Vec<u8> {
    let start = PickleWriter::protocol(2)
        .global("collections", "OrderedDict")
        .op(b')')
        .op(b'R')
        .op(b'(');
    let writer = views
        .iter()
        .fold(start, |writer, view| view.write(writer, legacy));
    // torch puts the versions of modules into the dictionary's state.
    writer
        .op(b'u')
        .op(b'}')
        .text("_metadata")
        .op(b'}')
        .op(b's')
        .op(b'b')
        .stop()
}

/// What surrounds the pickle in a zip file.
pub(crate) struct Archive {
    pub(crate) prefix: &'static str,
    pub(crate) byte_order: Option<&'static str>,
    pub(crate) method: CompressionMethod,
}

impl Default for Archive {
    fn default() -> Self {
        Self {
            prefix: "archive/",
            byte_order: None,
            method: CompressionMethod::Stored,
        }
    }
}

impl Archive {
    pub(crate) fn write(&self, path: &Path, pickle: &[u8], storages: &[(&str, Vec<u8>)]) {
        let mut zip = ZipWriter::new(File::create(path).unwrap());
        let options = SimpleFileOptions::default().compression_method(self.method);
        let mut entry = |name: &str, bytes: &[u8]| {
            zip.start_file(format!("{}{name}", self.prefix), options)
                .unwrap();
            zip.write_all(bytes).unwrap();
        };
        entry("data.pkl", pickle);
        if let Some(order) = self.byte_order {
            entry("byteorder", order.as_bytes());
        }
        for (key, bytes) in storages {
            entry(&format!("data/{key}"), bytes);
        }
        entry("version", b"3\n");
        zip.finish().unwrap();
    }
}

/// A file as PyTorch wrote them before 1.6. Storages are given with the size of their elements.
pub(crate) fn write_legacy(
    path: &Path,
    little_endian: bool,
    pickle: &[u8],
    storages: &[(&str, usize, Vec<u8>)],
) {
    let mut bytes = PickleWriter::protocol(2).0;
    bytes.extend(b"\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.");
    bytes.extend(PickleWriter::protocol(2).int(1001).stop());
    let truth = if little_endian { 0x88 } else { 0x89 };
    bytes.extend(
        PickleWriter::protocol(2)
            .op(b'}')
            .text("little_endian")
            .op(truth)
            .op(b's')
            .stop(),
    );
    bytes.extend(pickle);
    let keys = storages.iter().fold(
        PickleWriter::protocol(2).op(b']').op(b'('),
        |keys, (key, ..)| keys.text(key),
    );
    bytes.extend(keys.op(b'e').stop());
    for (_, element, storage) in storages {
        bytes.extend(((storage.len() / element) as u64).to_le_bytes());
        bytes.extend(storage);
    }
    fs::write(path, bytes).unwrap();
}

/// A safetensors file of zeros in f16 with these tensors.
pub(crate) fn write_zeros(path: &Path, tensors: &[TensorSpec]) {
    let zeros: Vec<(String, Vec<u64>, Vec<u8>)> = tensors
        .iter()
        .map(|spec| {
            let values: u64 = spec.shape.iter().product();
            (
                spec.name.clone(),
                spec.shape.clone(),
                vec![0; values as usize * 2],
            )
        })
        .collect();
    write_safetensors(path, "F16", &zeros);
}

/// A safetensors file; all tensors are of one type.
pub(crate) fn write_safetensors(path: &Path, dtype: &str, tensors: &[(String, Vec<u64>, Vec<u8>)]) {
    let mut header = serde_json::Map::new();
    let mut end = 0;
    for (name, shape, bytes) in tensors {
        let start = end;
        end += bytes.len();
        header.insert(
            name.clone(),
            serde_json::json!({"dtype": dtype, "shape": shape, "data_offsets": [start, end]}),
        );
    }
    let header = serde_json::to_vec(&header).unwrap();
    let mut file = File::create(path).unwrap();
    file.write_all(&(header.len() as u64).to_le_bytes())
        .unwrap();
    file.write_all(&header).unwrap();
    for (_, _, bytes) in tensors {
        file.write_all(bytes).unwrap();
    }
}

/// Copies the files of `from` into a new folder `to`.
pub(crate) fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
    }
}
