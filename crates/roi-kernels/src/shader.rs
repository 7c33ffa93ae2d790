//! Shader text: conditional lines, includes and values, resolved by one value per variant.
//!
//! WGSL has no preprocessor, and a binding that is declared but unused breaks the automatic
//! pipeline layout, so optional inputs have to leave the text altogether. The language is three
//! directives at the start of a line and one placeholder:
//!
//! ```text
//! //#include NAME          the file shaders/shared/NAME.wgsl
//! //#if FLAG … //#else … //#end
//! {{NAME}}                 a number
//! ```
//!
//! An unknown name is a bug in a launcher and stops with a message; nothing is left out silently.

/// What a name in a shader's text stands for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Value {
    /// Decides an `//#if`.
    Flag(bool),
    /// Replaces a placeholder.
    Number(u32),
}

/// Shared pieces of shader text that `//#include` can name.
const SHARED: &[(&str, &str)] = &[
    ("weights", include_str!("shaders/shared/weights.wgsl")),
    ("activation", include_str!("shaders/shared/activation.wgsl")),
    ("reduce", include_str!("shaders/shared/reduce.wgsl")),
    ("bilinear", include_str!("shaders/shared/bilinear.wgsl")),
    ("ordered", include_str!("shaders/shared/ordered.wgsl")),
];

/// The WGSL text of one variant.
///
/// # Panics
/// On a directive or a name that is not known: the launcher and its shader disagree.
pub(crate) fn render(kernel: &str, text: &str, values: &[(&str, Value)]) -> String {
    let mut out = String::with_capacity(text.len());
    render_into(&mut out, kernel, text, values);
    out
}

fn render_into(out: &mut String, kernel: &str, text: &str, values: &[(&str, Value)]) {
    // One entry per open `//#if`: whether its lines are wanted, its surroundings included.
    let mut wanted = vec![true];
    for line in text.lines() {
        let Some(directive) = line.trim_start().strip_prefix("//#") else {
            if wanted.last() == Some(&true) {
                substitute(out, kernel, line, values);
                out.push('\n');
            }
            continue;
        };
        let (word, rest) = directive.split_once(' ').unwrap_or((directive, ""));
        match word {
            "if" => {
                let outer = wanted.last() == Some(&true);
                wanted.push(outer && flag(kernel, rest.trim(), values));
            }
            "else" => {
                let inner = wanted.pop();
                let outer = wanted.last() == Some(&true);
                wanted.push(outer && inner == Some(false));
            }
            "end" => {
                wanted.pop();
            }
            "include" => {
                if wanted.last() == Some(&true) {
                    let name = rest.trim();
                    let shared = SHARED.iter().find(|(known, _)| *known == name);
                    let Some((_, text)) = shared else {
                        panic!("{kernel}: no shared shader {name}")
                    };
                    render_into(out, kernel, text, values);
                }
            }
            _ => panic!("{kernel}: unknown directive {line}"),
        }
        assert!(!wanted.is_empty(), "{kernel}: //#end without //#if");
    }
    assert_eq!(wanted.len(), 1, "{kernel}: //#if without //#end");
}

fn flag(kernel: &str, condition: &str, values: &[(&str, Value)]) -> bool {
    if let Some(negated) = condition.strip_prefix('!') {
        return !flag(kernel, negated, values);
    }
    match lookup(kernel, condition, values) {
        Value::Flag(flag) => flag,
        other => panic!("{kernel}: {condition} is {other:?}, not a flag"),
    }
}

fn substitute(out: &mut String, kernel: &str, line: &str, values: &[(&str, Value)]) {
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((name, after)) = after.split_once("}}") else {
            panic!("{kernel}: open placeholder in {line}")
        };
        out.push_str(before);
        match lookup(kernel, name.trim(), values) {
            Value::Number(number) => out.push_str(&number.to_string()),
            Value::Flag(flag) => out.push_str(if flag { "true" } else { "false" }),
        }
        rest = after;
    }
    out.push_str(rest);
}

fn lookup(kernel: &str, name: &str, values: &[(&str, Value)]) -> Value {
    match values.iter().find(|(known, _)| *known == name) {
        Some((_, value)) => *value,
        None => panic!("{kernel}: no value for {name}"),
    }
}

#[cfg(test)]
mod tests {
    //! The template language does what its four lines of documentation say.

    use super::{Value, render};

    const VALUES: &[(&str, Value)] = &[
        ("YES", Value::Flag(true)),
        ("NO", Value::Flag(false)),
        ("N", Value::Number(7)),
    ];

    #[test]
    fn placeholders_become_their_values() {
        assert_eq!(
            render("k", "let a = {{N}} + {{ N }};", VALUES),
            "let a = 7 + 7;\n"
        );
    }

    #[test]
    fn conditions_nest_and_negate() {
        let text = "//#if YES\na\n//#if NO\nb\n//#else\nc\n//#end\n//#else\nd\n//#if !NO\ne\n//#end\n//#end\nf";
        assert_eq!(render("k", text, VALUES), "a\nc\nf\n");
    }

    #[test]
    #[should_panic(expected = "no value for MISSING")]
    fn an_unknown_name_is_not_left_out_silently() {
        render("k", "{{MISSING}}", VALUES);
    }

    #[test]
    #[should_panic(expected = "without //#end")]
    fn an_open_condition_is_a_bug() {
        render("k", "//#if YES\na", VALUES);
    }
}
