//! Pickles that NumPy wrote, and ones it never would.

use super::{Array, NUMPY_RULES, array, read_numpy_pickle};
use crate::STATE_DICT_RULES;
use crate::pickle::{Node, Pickle, PickleError};
use crate::testing::PickleWriter;

fn fixture(protocol: u8) -> Vec<u8> {
    let path = format!("../detections/protocol{protocol}.pkl");
    std::fs::read(crate::testing::golden(&path)).unwrap()
}

/// A big-endian array by columns, a float32 scalar, and columns 0 and 2 of a 2×3 array of bytes.
const MIXED: &[u8] = b"\x80\x02]q\x00(cnumpy._core.multiarray\n_reconstruct\nq\x01cnumpy\nndarray\nq\x02K\x00\x85q\x03c_codecs\nencode\nq\x04X\x01\x00\x00\x00bq\x05X\x06\x00\x00\x00latin1q\x06\x86q\x07Rq\x08\x87q\tRq\n(K\x01K\x02K\x03\x86q\x0bcnumpy\ndtype\nq\x0cX\x02\x00\x00\x00i2q\r\x89\x88\x87q\x0eRq\x0f(K\x03X\x01\x00\x00\x00>q\x10NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tq\x11b\x88h\x04X\x0c\x00\x00\x00\x00\x00\x00\x03\x00\x01\x00\x04\x00\x02\x00\x05q\x12h\x06\x86q\x13Rq\x14tq\x15bcnumpy._core.multiarray\nscalar\nq\x16h\x0cX\x02\x00\x00\x00f4q\x17\x89\x88\x87q\x18Rq\x19(K\x03X\x01\x00\x00\x00<q\x1aNNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tq\x1bbh\x04X\x05\x00\x00\x00\x00\x00\xc3\x80?q\x1ch\x06\x86q\x1dRq\x1e\x86q\x1fRq h\x01h\x02K\x00\x85q!h\x08\x87q\"Rq#(K\x01K\x02K\x02\x86q$h\x0cX\x02\x00\x00\x00u1q%\x89\x88\x87q&Rq\'(K\x03X\x01\x00\x00\x00|q(NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tq)b\x89h\x04X\x04\x00\x00\x00\x00\x02\x03\x05q*h\x06\x86q+Rq,tq-be.";

/// All arrays of a list.
fn arrays(stream: &[u8]) -> Result<Vec<Array>, PickleError> {
    let pickle = read_numpy_pickle(stream)?;
    let Node::List(list) = pickle.root() else {
        panic!("{:?}", pickle.root());
    };
    list.iter().map(|&id| array(&pickle, id)).collect()
}

/// A value of the first or second record of the fixtures.
fn detections(stream: &[u8], record: usize, wanted: &str) -> Array {
    let pickle = read_numpy_pickle(stream).unwrap();
    let Node::List(list) = pickle.root() else {
        panic!("{:?}", pickle.root());
    };
    let Node::Dict(pairs) = pickle.node(list[record]) else {
        panic!("{:?}", pickle.node(list[record]));
    };
    let wanted = Node::Str(wanted.to_owned());
    let (_, value) = pairs
        .iter()
        .find(|(key, _)| *pickle.node(*key) == wanted)
        .unwrap();
    array(&pickle, *value).unwrap()
}

fn replaced(stream: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let at = stream
        .windows(from.len())
        .position(|part| part == from)
        .unwrap();
    [&stream[..at], to, &stream[at + from.len()..]].concat()
}

#[test]
fn arrays_of_all_binary_protocols_are_read() {
    for protocol in [2, 4, 5] {
        let stream = fixture(protocol);
        let boxes = detections(&stream, 0, "pred_bboxes");
        assert_eq!(boxes.shape, [3, 5]);
        let first = [0.1f32, 0.2, 0.6, 0.7, 0.95].map(f64::from);
        assert_eq!(boxes.values[..5], first, "protocol {protocol}");
        let labels = detections(&stream, 0, "labels");
        assert_eq!(
            (labels.shape, labels.values),
            (vec![3], vec![2.0, 0.0, 1.0])
        );
        let none = detections(&stream, 1, "pred_bboxes");
        assert_eq!((none.shape, none.values), (vec![0, 5], vec![]));
    }
}

#[test]
fn the_module_may_have_its_older_name() {
    let older = replaced(
        &fixture(2),
        b"numpy._core.multiarray",
        b"numpy.core.multiarray",
    );
    assert_eq!(
        detections(&older, 0, "pred_bboxes"),
        detections(&fixture(2), 0, "pred_bboxes")
    );
}

#[test]
fn byte_order_column_order_and_scalars_are_followed() {
    let arrays = arrays(MIXED).unwrap();
    assert_eq!(arrays[0].shape, [2, 3]);
    assert_eq!(arrays[0].values, [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
    assert_eq!(
        (&arrays[1].shape[..], &arrays[1].values[..]),
        (&[][..], &[1.5][..])
    );
    assert_eq!(arrays[2].values, [0.0, 2.0, 3.0, 5.0]);
}

#[test]
fn what_reads_weights_cannot_name_numpy_and_the_other_way_round() {
    for protocol in [2, 4, 5] {
        let refused = Pickle::read(&fixture(protocol)[..], STATE_DICT_RULES);
        assert!(
            matches!(refused, Err(PickleError::Forbidden { global }) if global.module.starts_with("numpy"))
        );
    }
    for (module, name) in STATE_DICT_RULES.names {
        assert!(
            !NUMPY_RULES.names.contains(&(module, name)),
            "{module}.{name}"
        );
    }
}

#[test]
fn hostile_streams_are_named_and_nothing_runs() {
    for (module, name) in [
        ("os", "system"),
        ("builtins", "eval"),
        ("numpy", "load"),
        ("numpy.core.multiarray", "fromfile"),
        ("_codecs", "lookup"),
    ] {
        let stream = PickleWriter::protocol(2).global(module, name).stop();
        let refused = read_numpy_pickle(&stream[..]);
        assert!(
            matches!(refused, Err(PickleError::Forbidden { .. })),
            "{module}.{name}"
        );
    }
}

#[test]
fn a_stream_cut_anywhere_is_an_error() {
    for protocol in [2, 4, 5] {
        let stream = fixture(protocol);
        for length in 0..stream.len() {
            assert!(read_numpy_pickle(&stream[..length]).is_err(), "{length}");
        }
    }
}

#[test]
fn arrays_that_do_not_add_up_are_refused_in_words() {
    let refused = |from: &[u8], to: &[u8]| {
        let error = arrays(&replaced(MIXED, from, to)).unwrap_err();
        error.to_string()
    };
    assert_eq!(
        refused(b"K\x02K\x03\x86q\x0b", b"K\x02K\x04\x86q\x0b"),
        "an array of shape [2, 4] and 2 bytes a number has 12 bytes"
    );
    assert_eq!(
        refused(b"K\x02K\x03\x86q\x0b", b"K\x02J\xff\xff\xff\xff\x86q\x0b"),
        "an array has an axis of length -1"
    );
    assert_eq!(
        refused(b"i2", b"O8"),
        "an array holds \"O8\", which is no number"
    );
    assert_eq!(
        refused(b"latin1q\x06", b"utf-16q\x06"),
        "text is encoded otherwise than as Latin-1"
    );
    let huge = [0x8a, 8, 0, 0, 0, 0, 0, 0, 0, 0x40];
    let shape = [b"K\x02".as_slice(), &huge, b"\x86q\x0b"].concat();
    assert!(refused(b"K\x02K\x03\x86q\x0b", &shape).contains("4611686018427387904"));
    let plain = PickleWriter::protocol(2)
        .op(b']')
        .text("text")
        .op(b'a')
        .stop();
    assert_eq!(
        arrays(&plain).unwrap_err().to_string(),
        "a value is no array"
    );
}
