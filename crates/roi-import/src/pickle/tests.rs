//! Pickles that rebuild tensors are read; every other name is refused, and nothing runs.

use super::*;
use crate::testing::{PickleWriter, View, state_dict};
use crate::torch::STATE_DICT_RULES;

const FEW: Rules = Rules {
    names: &[("collections", "OrderedDict"), ("numpy", "dtype")],
    max_bytes: 1000,
    max_nodes: 100,
};

fn read(stream: &[u8]) -> Result<Pickle, PickleError> {
    Pickle::read(stream, FEW)
}

fn forbidden(stream: &[u8]) -> String {
    match Pickle::read(stream, STATE_DICT_RULES) {
        Err(PickleError::Forbidden { global }) => global.to_string(),
        other => panic!("expected a forbidden name, got {other:?}"),
    }
}

/// `os.system("touch x")` as every protocol can spell it.
#[test]
fn callable_that_is_not_allowed_is_named_in_whatever_way_it_is_reached() {
    let by_reduce = PickleWriter::protocol(2)
        .global("os", "system")
        .op(b'(')
        .text("touch x")
        .op(b't')
        .op(b'R')
        .stop();
    assert_eq!(forbidden(&by_reduce), "os.system");
    let stack_global = PickleWriter::protocol(4)
        .text("builtins")
        .text("eval")
        .op(0x93)
        .text("1")
        .op(0x85)
        .op(b'R')
        .stop();
    assert_eq!(forbidden(&stack_global), "builtins.eval");
    assert_eq!(forbidden(b"(S'touch x'\nios\nsystem\n."), "os.system");
    assert_eq!(forbidden(b"(cposix\nsystem\nVtouch x\no."), "posix.system");
    let by_class = PickleWriter::protocol(2)
        .global("subprocess", "Popen")
        .op(b')')
        .op(0x81)
        .stop();
    assert_eq!(forbidden(&by_class), "subprocess.Popen");
}

#[test]
fn name_is_refused_even_when_nothing_calls_it() {
    assert_eq!(
        forbidden(&PickleWriter::protocol(2).global("os", "environ").stop()),
        "os.environ"
    );
}

#[test]
fn allowed_names_are_compared_whole() {
    for (module, name) in [
        ("torch._utils", "_rebuild_tensor_v2.__globals__"),
        ("torch._utils", "_rebuild_tensor"),
        ("torch", "_utils._rebuild_tensor_v2"),
        ("torch", "storage"),
        ("torch", "load"),
    ] {
        let stream = PickleWriter::protocol(4)
            .text(module)
            .text(name)
            .op(0x93)
            .stop();
        assert_eq!(forbidden(&stream), format!("{module}.{name}"));
    }
}

#[test]
fn hostile_entry_behind_good_ones_is_refused() {
    let good = state_dict(&[View::whole("w", "HalfStorage", "0", &[2])], false);
    let mut stream = good[..good.len() - 1].to_vec();
    stream.extend(b"cos\nsystem\n.");
    assert_eq!(forbidden(&stream), "os.system");
}

#[test]
fn only_names_can_be_called() {
    let text = PickleWriter::protocol(2)
        .text("os.system")
        .op(b')')
        .op(b'R')
        .stop();
    assert!(matches!(
        read(&text),
        Err(PickleError::CallOfValue {
            callable: "a plain value",
            offset: 17
        })
    ));
    let result = PickleWriter::protocol(2)
        .global("numpy", "dtype")
        .op(b')')
        .op(b'R')
        .op(b')')
        .op(b'R')
        .stop();
    assert!(matches!(
        read(&result),
        Err(PickleError::CallOfValue {
            callable: "the result of another call",
            ..
        })
    ));
}

#[test]
fn rules_are_those_of_the_use_at_hand() {
    let stream = PickleWriter::protocol(2)
        .global("numpy", "dtype")
        .op(b'(')
        .text("f4")
        .op(b't')
        .op(b'R')
        .stop();
    assert_eq!(forbidden(&stream), "numpy.dtype");
    let pickle = read(&stream).unwrap();
    let Node::Call(call) = pickle.root() else {
        panic!("{:?}", pickle.root())
    };
    assert!(call.callable.is("numpy", "dtype"));
    let Node::Tuple(args) = pickle.node(call.args) else {
        panic!()
    };
    assert_eq!(pickle.node(args[0]), &Node::Str("f4".to_owned()));
}

#[test]
fn instructions_that_reach_outside_the_stream_are_refused() {
    for opcode in [0x82, 0x83, 0x84, 0x97, 0x98] {
        let stream = PickleWriter::protocol(5).op(opcode).stop();
        assert!(
            matches!(read(&stream), Err(PickleError::Opcode { opcode: found, offset: 2 }) if found == opcode)
        );
    }
}

#[test]
fn claimed_lengths_allocate_nothing() {
    let mut stream = vec![0x80, 4, 0x8d];
    stream.extend(u64::MAX.to_le_bytes());
    assert!(matches!(
        read(&stream),
        Err(PickleError::TooLong { limit: 1000 })
    ));
    assert!(matches!(
        read(b"\x80\x02X\xff\xff\xff\xff"),
        Err(PickleError::TooLong { .. })
    ));
    assert!(matches!(
        read(b"\x80\x02X\x64\0\0\0abc"),
        Err(PickleError::Truncated { offset: 10 })
    ));
    assert!(matches!(
        read(b"\x80\x02\x8b\x11\0\0\0"),
        Err(PickleError::Malformed { .. })
    ));
}

#[test]
fn values_and_bytes_are_bounded() {
    assert!(matches!(
        read(&[b'N'; 500]),
        Err(PickleError::TooMany { limit: 100 })
    ));
    let many_gets = [b"N\x94".to_vec(), b"h\0".repeat(200)].concat();
    assert!(matches!(
        read(&many_gets),
        Err(PickleError::TooMany { limit: 100 })
    ));
    assert!(matches!(
        read(&[b"N".to_vec(), b"\x94".repeat(200)].concat()),
        Err(PickleError::TooMany { limit: 100 })
    ));
    assert!(matches!(
        read(&b"N0".repeat(600)),
        Err(PickleError::TooMany { .. })
    ));
    assert!(matches!(
        read(&[b'('; 50].repeat(30)),
        Err(PickleError::TooMany { .. })
    ));
    assert!(matches!(
        read(&[0x80, 2].repeat(600)),
        Err(PickleError::TooLong { limit: 1000 })
    ));
}

#[test]
fn nesting_and_sharing_cost_no_more_than_their_bytes() {
    // A list in itself, and forty tuples each of twice the one before.
    let cyclic = read(b"]q\0h\0a.").unwrap();
    assert_eq!(cyclic.root(), &Node::List(vec![NodeId(0)]));
    let doubling = [b"N".to_vec(), b"2\x86".repeat(40), b".".to_vec()].concat();
    assert_eq!(read(&doubling).unwrap().nodes.len(), 41);
    let deep = Rules {
        max_bytes: 1 << 20,
        max_nodes: 1 << 20,
        ..FEW
    };
    let nested = [b"N".to_vec(), vec![0x85; 200_000], b".".to_vec()].concat();
    assert!(matches!(
        Pickle::read(&nested[..], deep).unwrap().root(),
        Node::Tuple(_)
    ));
}

#[test]
fn malformed_streams_are_errors_with_the_place() {
    for stream in [
        &b"."[..],
        b"0",
        b"1",
        b"2",
        b"t",
        b"(.",
        b"a",
        b"Na",
        b"NNa",
        b"NNNs",
        b"](NN",
        b"}(Nu",
        b"NNb",
        b"h\0",
        b"g5\n",
        b"gx\n",
        b"R",
        b"NNR",
        b"(o.",
        b"N\x93",
        b"\x93",
        b"NN\x93",
        b"Ix\n",
        b"Fx\n",
        b"S'a\n",
        b"S'a\\n'\n",
        b"V\xff\n",
        b"",
        b"\x80",
        b"K",
        b"q\0",
        b"cos",
    ] {
        let error = read(stream).expect_err(&format!("{stream:?}"));
        assert!(
            matches!(
                error,
                PickleError::Malformed { .. }
                    | PickleError::Truncated { .. }
                    | PickleError::CallOfValue { .. }
            ),
            "{stream:?}: {error:?}"
        );
    }
}

/// Cutting or changing a valid stream anywhere gives an error or another value, never a panic.
#[test]
fn damaged_streams_do_not_panic() {
    let views = [
        View {
            is_parameter: true,
            ..View::whole("model.norm.weight", "HalfStorage", "0", &[7])
        },
        View::whole("lm_head.weight", "BFloat16Storage", "1", &[3, 5]),
    ];
    let good = state_dict(&views, true);
    for length in 0..good.len() {
        assert!(
            matches!(
                Pickle::read(&good[..length], STATE_DICT_RULES),
                Err(PickleError::Truncated { .. })
            ),
            "{length}"
        );
    }
    let mut accepted = 0;
    for at in 0..good.len() {
        for bit in 0..8 {
            let mut damaged = good.clone();
            damaged[at] ^= 1 << bit;
            accepted += usize::from(Pickle::read(&damaged[..], STATE_DICT_RULES).is_ok());
        }
    }
    assert!(
        accepted > 0,
        "flipping a bit of a name or a size leaves a valid stream"
    );
}

#[test]
fn plain_values_of_every_protocol() {
    let cases: &[(&[u8], Node)] = &[
        (b"N.", Node::None),
        (b"I01\n.", Node::Bool(true)),
        (b"\x80\x02\x89.", Node::Bool(false)),
        (b"I-17\n.", Node::Int(-17)),
        (
            b"L123456789012345678901234L\n.",
            Node::Int(123_456_789_012_345_678_901_234),
        ),
        (b"J\xfe\xff\xff\xff.", Node::Int(-2)),
        (b"K\xff.", Node::Int(255)),
        (b"M\x01\x02.", Node::Int(513)),
        (b"\x8a\0.", Node::Int(0)),
        (b"\x8a\x01\x80.", Node::Int(-128)),
        (
            b"\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.",
            Node::Int(0x1950_a86a_20f9_469c_fc6c),
        ),
        (b"F-0.5\n.", Node::Float(-0.5)),
        (b"G\x3f\xf8\0\0\0\0\0\0.", Node::Float(1.5)),
        (b"S'abc'\n.", Node::Str("abc".to_owned())),
        (b"U\x02\xff\xfe.", Node::Bytes(vec![0xff, 0xfe])),
        (b"\x8c\x02\xc3\xa9.", Node::Str("\u{e9}".to_owned())),
        (b"C\x01\x07.", Node::Bytes(vec![7])),
        (b"\x8e\x01\0\0\0\0\0\0\0\x07.", Node::Bytes(vec![7])),
        (b"(NNl.", Node::List(vec![NodeId(0), NodeId(1)])),
        (b"](NNe.", Node::List(vec![NodeId(1), NodeId(2)])),
        (b"(NNd.", Node::Dict(vec![(NodeId(0), NodeId(1))])),
        (b"\x8f(N\x90.", Node::Set(vec![NodeId(1)])),
        (
            b"NNN\x87.",
            Node::Tuple(vec![NodeId(0), NodeId(1), NodeId(2)]),
        ),
        (b"\x95\0\0\0\0\0\0\0\0(N1K\x05.", Node::Int(5)),
    ];
    for (stream, expected) in cases {
        assert_eq!(read(stream).unwrap().root(), expected, "{stream:?}");
    }
}

#[test]
fn stream_ends_at_its_stop_and_says_where() {
    let two = b"K\x01.K\x02.";
    let mut rest = &two[..];
    let first = Pickle::read(&mut rest, FEW).unwrap();
    assert_eq!((first.root(), first.consumed_bytes()), (&Node::Int(1), 3));
    assert_eq!(Pickle::read(&mut rest, FEW).unwrap().root(), &Node::Int(2));
}
