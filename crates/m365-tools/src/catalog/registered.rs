use std::sync::Arc;

use async_trait::async_trait;
use serde_json::{Map, Value};

use crate::{Answer, Listing, Tool, ToolContext, ToolError, schema};

/// What hosts and people are told about a tool.
#[derive(Clone, Debug)]
pub struct Definition {
    name: &'static str,
    title: &'static str,
    description: &'static str,
    needs: &'static [&'static [&'static str]],
    scopes: Vec<&'static str>,
    listing: Listing,
    input_schema: Arc<Map<String, Value>>,
    output_schema: Arc<Map<String, Value>>,
}

impl Definition {
    /// Returns the name that hosts call.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the name that people see.
    #[must_use]
    pub const fn title(&self) -> &'static str {
        self.title
    }

    /// Returns what the tool does and when to use it.
    #[must_use]
    pub const fn description(&self) -> &'static str {
        self.description
    }

    /// Returns sets of delegated permissions of which any one lets the tool work; none where it needs
    /// none.
    #[must_use]
    pub const fn needs(&self) -> &'static [&'static [&'static str]] {
        self.needs
    }

    /// Returns all delegated permissions that the tool can use, those that it needs first, each once.
    #[must_use]
    pub fn scopes(&self) -> &[&'static str] {
        &self.scopes
    }

    /// Returns when hosts see the tool.
    #[must_use]
    pub const fn listing(&self) -> Listing {
        self.listing
    }

    /// Returns the JSON Schema of the arguments.
    #[must_use]
    pub const fn input_schema(&self) -> &Arc<Map<String, Value>> {
        &self.input_schema
    }

    /// Returns the JSON Schema of the structured content.
    #[must_use]
    pub const fn output_schema(&self) -> &Arc<Map<String, Value>> {
        &self.output_schema
    }
}

/// A tool of any type, with its definition made once.
pub(crate) struct Registered {
    definition: Definition,
    schema: Value,
    tool: Box<dyn AnyTool>,
}

impl Registered {
    pub(crate) fn new<T: Tool>(tool: T) -> Self {
        let schema = schema::of_input::<T::Input>();
        let definition = Definition {
            name: T::NAME,
            title: T::TITLE,
            description: T::DESCRIPTION,
            needs: T::NEEDS,
            scopes: all_scopes(T::NEEDS, T::USES),
            listing: T::LISTING,
            input_schema: Arc::new(schema::published(&schema)),
            output_schema: Arc::new(schema::of_output::<T::Output>()),
        };
        Self { definition, schema, tool: Box::new(tool) }
    }

    pub(crate) const fn definition(&self) -> &Definition {
        &self.definition
    }

    /// Returns the schema that arguments are checked against.
    pub(crate) const fn schema(&self) -> &Value {
        &self.schema
    }

    pub(crate) async fn call(
        &self,
        ctx: &ToolContext,
        arguments: Map<String, Value>,
    ) -> Result<Answer, ToolError> {
        self.tool.call_any(ctx, arguments).await
    }
}

fn all_scopes(
    needs: &[&'static [&'static str]],
    uses: &'static [&'static str],
) -> Vec<&'static str> {
    let mut scopes: Vec<&'static str> = Vec::new();
    for scope in needs.iter().copied().flatten().chain(uses) {
        if !scopes.contains(scope) {
            scopes.push(scope);
        }
    }
    scopes
}

#[async_trait]
trait AnyTool: Send + Sync {
    async fn call_any(
        &self,
        ctx: &ToolContext,
        arguments: Map<String, Value>,
    ) -> Result<Answer, ToolError>;
}

#[async_trait]
impl<T: Tool> AnyTool for T {
    async fn call_any(
        &self,
        ctx: &ToolContext,
        arguments: Map<String, Value>,
    ) -> Result<Answer, ToolError> {
        let input = serde_json::from_value(Value::Object(arguments)).map_err(|error| {
            ToolError::validation(format!("The arguments are not accepted: {error}."))
        })?;
        self.call(ctx, input).await
    }
}
