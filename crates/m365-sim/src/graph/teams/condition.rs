//! `$filter` on what Teams lists: comparisons, `startswith` and `contains`, `and`, `or`.

use jiff::Timestamp;

use crate::graph::{call::Call, fail::Fail};

/// A property's value, or a literal.
#[derive(Clone, Debug, PartialEq, PartialOrd)]
pub(crate) enum Value {
    Bool(bool),
    Null,
    Text(String),
    Time(Timestamp),
}

impl Value {
    /// Makes a value of text, or of its absence.
    pub(crate) fn text(text: Option<&str>) -> Self {
        text.map_or(Self::Null, |text| Self::Text(text.to_owned()))
    }
}

/// One comparison: a property by its path, the operator or function, and a literal.
#[derive(Clone, Debug)]
pub(crate) struct Comparison {
    pub(crate) path: String,
    pub(crate) op: String,
    pub(crate) literal: Value,
}

/// A condition: one of several lists of comparisons holds in full.
#[derive(Clone, Debug)]
pub(crate) struct Condition {
    alternatives: Vec<Vec<Comparison>>,
}

impl Condition {
    /// Reads the `$filter` of a request, whose comparisons must all be `known`.
    pub(crate) fn read(
        call: &Call<'_>,
        known: impl Fn(&Comparison) -> bool,
    ) -> Result<Option<Self>, Fail> {
        let Some(filter) = call.query.get("$filter") else { return Ok(None) };
        let condition = Self::parse(filter)?;
        if let Some(one) = condition.comparisons().find(|one| !known(one)) {
            let (path, op) = (&one.path, &one.op);
            let message = format!("The filter '{op}' on '{path}' is not supported.");
            return Err(Fail::bad_request(message));
        }
        Ok(Some(condition))
    }

    /// Parses the value of `$filter`.
    ///
    /// # Errors
    ///
    /// 400 for what does not parse.
    pub(crate) fn parse(text: &str) -> Result<Self, Fail> {
        let mut tokens = Tokens { rest: text };
        let mut alternatives = vec![vec![tokens.comparison()?]];
        while let Some(word) = tokens.next() {
            let comparison = tokens.comparison()?;
            match (word.as_str(), alternatives.last_mut()) {
                ("and", Some(last)) => last.push(comparison),
                ("or", _) => alternatives.push(vec![comparison]),
                _ => return Err(syntax(&word)),
            }
        }
        Ok(Self { alternatives })
    }

    /// Returns the comparisons, in their order.
    pub(crate) fn comparisons(&self) -> impl Iterator<Item = &Comparison> {
        self.alternatives.iter().flatten()
    }

    /// Returns the one comparison that there is, if there is no more.
    pub(crate) fn only(&self) -> Option<&Comparison> {
        let mut all = self.comparisons();
        all.next().filter(|_| all.next().is_none())
    }

    /// Returns whether it holds for what `value` tells of each property.
    pub(crate) fn holds(&self, value: impl Fn(&str) -> Value) -> bool {
        self.alternatives.iter().any(|all| all.iter().all(|one| one.holds(&value(&one.path))))
    }
}

impl Comparison {
    fn holds(&self, own: &Value) -> bool {
        let literal = &self.literal;
        match self.op.as_str() {
            "eq" => own == literal,
            "ne" => own != literal,
            "gt" => own > literal,
            "ge" => own >= literal,
            "lt" => own < literal,
            "le" => own <= literal,
            function => match (own, literal) {
                (Value::Text(own), Value::Text(part)) if function == "startswith" => {
                    own.to_lowercase().starts_with(&part.to_lowercase())
                }
                (Value::Text(own), Value::Text(part)) => {
                    own.to_lowercase().contains(&part.to_lowercase())
                }
                _ => false,
            },
        }
    }
}

struct Tokens<'a> {
    rest: &'a str,
}

impl Tokens<'_> {
    /// Takes a word, a sign, or a literal in its quotes.
    fn next(&mut self) -> Option<String> {
        self.rest = self.rest.trim_start();
        let first = self.rest.chars().next()?;
        let length = match first {
            '\'' => quoted(self.rest),
            '(' | ')' | ',' => 1,
            _ => self.rest.find([' ', '(', ')', ',']).unwrap_or(self.rest.len()),
        };
        let (token, rest) = self.rest.split_at(length);
        self.rest = rest;
        Some(token.to_owned())
    }

    fn expected(&mut self) -> Result<String, Fail> {
        self.next().ok_or_else(|| syntax("the end"))
    }

    fn sign(&mut self, sign: &str) -> Result<(), Fail> {
        let found = self.expected()?;
        if found == sign { Ok(()) } else { Err(syntax(&found)) }
    }

    fn comparison(&mut self) -> Result<Comparison, Fail> {
        let path = self.expected()?;
        if matches!(path.as_str(), "contains" | "startswith") {
            return self.function(path);
        }
        let op = self.expected()?;
        if !matches!(op.as_str(), "eq" | "ne" | "gt" | "ge" | "lt" | "le") {
            return Err(syntax(&op));
        }
        Ok(Comparison { path, op, literal: self.literal()? })
    }

    fn function(&mut self, op: String) -> Result<Comparison, Fail> {
        self.sign("(")?;
        let path = self.expected()?;
        self.sign(",")?;
        let literal = self.literal()?;
        self.sign(")")?;
        Ok(Comparison { path, op, literal })
    }

    fn literal(&mut self) -> Result<Value, Fail> {
        let token = self.expected()?;
        if let Some(inner) = token.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
            return Ok(Value::Text(inner.replace("''", "'")));
        }
        match token.as_str() {
            "null" => Ok(Value::Null),
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            _ => token.parse().map(Value::Time).map_err(|_| syntax(&token)),
        }
    }
}

/// Returns the length of a literal with its quotes; a doubled quote stands for one of its own.
fn quoted(text: &str) -> usize {
    let mut end = 1;
    while let Some(quote) = text[end..].find('\'') {
        end += quote + 1;
        if !text[end..].starts_with('\'') {
            return end;
        }
        end += 1;
    }
    text.len()
}

fn syntax(found: &str) -> Fail {
    Fail::bad_request(format!("Invalid filter clause: syntax error at '{found}'."))
}
