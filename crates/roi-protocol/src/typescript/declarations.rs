//! As much of TypeScript as the declarations of plain messages need: interfaces, unions, literals, lists.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// What travels beside a request because no text can name it: serde does not know it, and it may always be left out.
const BESIDE: &str = "folder";

/// The exported interfaces and type names of a text.
pub(super) struct Declarations {
    interfaces: BTreeMap<String, Interface>,
    names: BTreeMap<String, String>,
}

#[derive(Default)]
struct Interface {
    bases: Vec<String>,
    /// Name, whether it may be left out, type.
    fields: Vec<(String, bool, String)>,
}

/// How a value fits its declared type.
#[derive(Default)]
pub(super) struct Fit {
    pub(super) breaches: Vec<String>,
    /// The declared fields of every object in it.
    pub(super) fields: Vec<Field>,
}

/// A declared field of an object that is there.
pub(super) struct Field {
    /// JSON pointer to the object.
    pub(super) object: String,
    pub(super) name: String,
    pub(super) is_optional: bool,
    pub(super) is_null: bool,
}

impl Declarations {
    pub(super) fn parse(text: &str) -> Self {
        let code = without_comments(text);
        let (mut interfaces, mut names) = (BTreeMap::new(), BTreeMap::new());
        for declaration in code.split("export ").skip(1) {
            if let Some(rest) = declaration.strip_prefix("interface ") {
                let (head, body) = rest.split_once('{').expect("an interface has a body");
                let (body, _) = body.split_once('}').expect("a body ends");
                let (name, bases) = head.split_once(" extends ").unwrap_or((head, ""));
                let interface = Interface {
                    bases: words(bases, ','),
                    fields: words(body, ';').iter().map(|line| field(line)).collect(),
                };
                interfaces.insert(name.trim().to_owned(), interface);
            } else if let Some(rest) = declaration.strip_prefix("type ") {
                let (name, rest) = rest.split_once('=').expect("a type has a value");
                let value = rest.split(';').next().unwrap_or(rest);
                names.insert(name.trim().to_owned(), value.trim().to_owned());
            }
        }
        Self { interfaces, names }
    }

    /// The tags of the messages that a union of interfaces allows.
    pub(super) fn tags(&self, union: &str) -> BTreeSet<String> {
        let members = self.members(union).into_iter();
        members
            .map(|member| self.tag(&member).expect("a message has a tag"))
            .collect()
    }

    /// The strings that a union of literals allows.
    pub(super) fn literals(&self, union: &str) -> BTreeSet<String> {
        let members = self.members(union).into_iter();
        members
            .filter_map(|member| literal(&member).map(str::to_owned))
            .collect()
    }

    /// Compares a value, in which nothing is left out or empty, with a type.
    pub(super) fn fit(&self, declared: &str, value: &Value) -> Fit {
        let mut fit = Fit::default();
        self.compare(declared, value, "", &mut fit);
        fit
    }

    fn compare(&self, declared: &str, value: &Value, pointer: &str, fit: &mut Fit) {
        let members = self.members(declared);
        let fits = members.iter().any(|member| match value {
            Value::String(text) => {
                member == "string" || literal(member).is_some_and(|allowed| allowed == text)
            }
            Value::Number(_) => member == "number",
            Value::Bool(_) => member == "boolean",
            Value::Array(items) => self.compare_list(member, items, pointer, fit),
            Value::Object(_) => self.compare_object(member, value, pointer, fit),
            Value::Null => false,
        });
        if !fits {
            let breach = format!("{pointer}: {value} is not a {declared}");
            fit.breaches.push(breach);
        }
    }

    /// Whether this is a type of lists at all.
    fn compare_list(&self, member: &str, items: &[Value], pointer: &str, fit: &mut Fit) -> bool {
        if items.is_empty() {
            fit.breaches
                .push(format!("{pointer}: a sample without items"));
        }
        let types: Vec<String> = if member == "Uint8Array" {
            vec!["number".to_owned(); items.len()]
        } else if let Some(item) = member.strip_suffix("[]") {
            vec![item.to_owned(); items.len()]
        } else if let Some(tuple) = member.strip_prefix('[').and_then(|m| m.strip_suffix(']')) {
            words(tuple, ',')
        } else {
            return false;
        };
        if types.len() != items.len() {
            return false;
        }
        for (index, (declared, item)) in types.iter().zip(items).enumerate() {
            self.compare(declared, item, &format!("{pointer}/{index}"), fit);
        }
        true
    }

    /// Whether this is the interface of such an object.
    fn compare_object(&self, member: &str, value: &Value, pointer: &str, fit: &mut Fit) -> bool {
        let (Value::Object(object), true) = (value, self.interfaces.contains_key(member)) else {
            return false;
        };
        if let Some(tag) = self.tag(member)
            && value["type"] != *tag
        {
            return false;
        }
        let fields = self.fields(member);
        for name in object.keys() {
            if fields.iter().all(|(declared, ..)| declared != name) {
                let breach = format!("{pointer}: {member} does not declare {name}");
                fit.breaches.push(breach);
            }
        }
        for (name, is_optional, declared) in fields {
            let is_null = object.get(&name).is_some_and(Value::is_null);
            match object.get(&name) {
                None if name == BESIDE && is_optional => continue,
                None => {
                    let breach = format!("{pointer}: {member} declares {name}, which is not there");
                    fit.breaches.push(breach);
                }
                // Nothing: in JavaScript the property is undefined.
                Some(Value::Null) if is_optional => {}
                Some(value) => self.compare(&declared, value, &format!("{pointer}/{name}"), fit),
            }
            fit.fields.push(Field {
                object: pointer.to_owned(),
                name,
                is_optional,
                is_null,
            });
        }
        true
    }

    /// The members of a union, names resolved; of any other type, itself.
    fn members(&self, declared: &str) -> Vec<String> {
        let members = words(declared, '|').into_iter();
        members
            .flat_map(|member| match self.names.get(&member) {
                Some(value) => self.members(value),
                None => vec![member],
            })
            .collect()
    }

    /// All fields of an interface, those of its bases too.
    fn fields(&self, name: &str) -> Vec<(String, bool, String)> {
        let Some(interface) = self.interfaces.get(name) else {
            return Vec::new();
        };
        let inherited = interface.bases.iter().flat_map(|base| self.fields(base));
        inherited.chain(interface.fields.iter().cloned()).collect()
    }

    /// The literal that `type` is in an interface.
    fn tag(&self, name: &str) -> Option<String> {
        let fields = self.fields(name);
        let (_, _, tag) = fields.iter().find(|(field, ..)| field == "type")?;
        literal(tag).map(str::to_owned)
    }
}

fn field(line: &str) -> (String, bool, String) {
    let (name, declared) = line.split_once(':').expect("a field has a type");
    let bare = name.trim_end_matches('?');
    let is_optional = bare != name;
    (bare.to_owned(), is_optional, declared.trim().to_owned())
}

fn literal(declared: &str) -> Option<&str> {
    declared.strip_prefix('"')?.strip_suffix('"')
}

fn words(text: &str, separator: char) -> Vec<String> {
    let words = text.split(separator).map(str::trim);
    words
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

fn without_comments(text: &str) -> String {
    let mut parts = text.split("/*");
    let first = parts.next().unwrap_or_default().to_owned();
    let rest = parts.filter_map(|part| part.split_once("*/").map(|(_, code)| code));
    let code = std::iter::once(&*first).chain(rest).collect::<String>();
    let lines = code.lines();
    lines
        .map(|line| line.split("//").next().unwrap_or(line))
        .collect::<Vec<_>>()
        .join("\n")
}
