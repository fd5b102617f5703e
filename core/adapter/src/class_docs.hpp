#pragma once
#include <string_view>

/// What DSPy's own classes say of themselves in Python, line by line without indentation: the BAML adapter shows it.
namespace strop::detail {

inline constexpr std::string_view audio_doc = R"doc(An audio input type for DSPy.
Construct from in-memory values only: a data URI string, raw ``bytes`` (with
``audio_format=``), a numpy-like array, a ``{"data", "audio_format"}`` dict, or another
``Audio``. Raw base64 is passed as ``Audio(data=..., audio_format=...)``. Construction and
adapter parsing never access the filesystem or network; use :meth:`from_path` to read a local
file, :meth:`from_url` to download a remote resource, or :meth:`from_array` for array data.)doc";

inline constexpr std::string_view file_doc = R"doc(A file input type for DSPy.
See https://platform.openai.com/docs/api-reference/chat/create#chat_create-messages-user_message-content-array_of_content_parts-file_content_part-file for specification.
The file_data field should be a data URI with the format:
data:<mime_type>;base64,<base64_encoded_data>
Construct from in-memory values only: raw ``bytes``, a data URI string, a
``{"file_data"|"file_id"|"filename"}`` dict, or another ``File``. Construction and adapter
parsing never access the filesystem; use :meth:`from_path` to read a local file,
:meth:`from_bytes` for raw bytes, or :meth:`from_file_id` to reference a preuploaded file.
Examples:
```python
import dspy
class QA(dspy.Signature):
file: dspy.File = dspy.InputField()
summary = dspy.OutputField()
program = dspy.Predict(QA)
result = program(file=dspy.File.from_path("./research.pdf"))
print(result.summary)
```)doc";

inline constexpr std::string_view document_doc =
    R"doc(Experimental: This class may change or be removed in a future release without warning (introduced in v3.0.4).
A document type for providing content that can be cited by language models.
This type represents documents that can be passed to language models for citation-enabled
responses, particularly useful with Anthropic's Citations API. Documents include the content
and metadata that helps the LM understand and reference the source material.
Attributes:
data: The text content of the document
title: Optional title for the document (used in citations)
media_type: MIME type of the document content (defaults to "text/plain")
context: Optional context information about the document
Examples:
```python
import dspy
from dspy.signatures import Signature
from dspy.experimental import Document, Citations
class AnswerWithSources(Signature):
'''Answer questions using provided documents with citations.'''
documents: list[Document] = dspy.InputField()
question: str = dspy.InputField()
answer: str = dspy.OutputField()
citations: Citations = dspy.OutputField()
# Create documents
docs = [
Document(
data="The Earth orbits the Sun in an elliptical path.",
title="Basic Astronomy Facts"
),
Document(
data="Water boils at 100°C at standard atmospheric pressure.",
title="Physics Fundamentals",
)
]
# Use with a citation-supporting model
lm = dspy.LM("anthropic/claude-opus-4-1-20250805")
predictor = dspy.Predict(AnswerWithSources)
result = predictor(documents=docs, question="What temperature does water boil?", lm=lm)
print(result.citations)
```)doc";

inline constexpr std::string_view citations_doc =
    R"doc(Experimental: This class may change or be removed in a future release without warning (introduced in v3.0.4).
Citations extracted from an LM response with source references.
This type represents citations returned by language models that support
citation extraction, particularly Anthropic's Citations API through LiteLLM.
Citations include the quoted text and source information.
Examples:
```python
import os
import dspy
from dspy.signatures import Signature
from dspy.experimental import Citations, Document
os.environ["ANTHROPIC_API_KEY"] = "YOUR_ANTHROPIC_API_KEY"
class AnswerWithSources(Signature):
'''Answer questions using provided documents with citations.'''
documents: list[Document] = dspy.InputField()
question: str = dspy.InputField()
answer: str = dspy.OutputField()
citations: Citations = dspy.OutputField()
# Create documents to provide as sources
docs = [
Document(
data="The Earth orbits the Sun in an elliptical path.",
title="Basic Astronomy Facts"
),
Document(
data="Water boils at 100°C at standard atmospheric pressure.",
title="Physics Fundamentals",
metadata={"author": "Dr. Smith", "year": 2023}
)
]
# Use with a model that supports citations like Claude
lm = dspy.LM("anthropic/claude-opus-4-1-20250805")
predictor = dspy.Predict(AnswerWithSources)
result = predictor(documents=docs, question="What temperature does water boil?", lm=lm)
for citation in result.citations.citations:
print(citation.format())
```)doc";

inline constexpr std::string_view history_doc = R"doc(Class representing the conversation history.
The conversation history is a list of messages, each message entity should have keys from the associated signature.
For example, if you have the following signature:
```
class MySignature(dspy.Signature):
question: str = dspy.InputField()
history: dspy.History = dspy.InputField()
answer: str = dspy.OutputField()
```
Then the history should be a list of dictionaries with keys "question" and "answer".
Examples:
```
import dspy
dspy.configure(lm=dspy.LM("openai/gpt-4o-mini"))
class MySignature(dspy.Signature):
question: str = dspy.InputField()
history: dspy.History = dspy.InputField()
answer: str = dspy.OutputField()
history = dspy.History(
messages=[
{"question": "What is the capital of France?", "answer": "Paris"},
{"question": "What is the capital of Germany?", "answer": "Berlin"},
]
)
predict = dspy.Predict(MySignature)
outputs = predict(question="What is the capital of France?", history=history)
```
Example of capturing the conversation history:
```
import dspy
dspy.configure(lm=dspy.LM("openai/gpt-4o-mini"))
class MySignature(dspy.Signature):
question: str = dspy.InputField()
history: dspy.History = dspy.InputField()
answer: str = dspy.OutputField()
predict = dspy.Predict(MySignature)
outputs = predict(question="What is the capital of France?")
history = dspy.History(messages=[{"question": "What is the capital of France?", **outputs}])
outputs_with_history = predict(question="Are you sure?", history=history)
```)doc";

inline constexpr std::string_view tool_doc = R"doc(Tool class.
This class is used to simplify the creation of tools for tool calling (function calling) in LLMs. Only supports
functions for now.)doc";

inline constexpr std::string_view code_doc = R"doc(Code type in DSPy.
This type is useful for code generation and code analysis.
Example 1: dspy.Code as output type in code generation:
```python
import dspy
dspy.configure(lm=dspy.LM("openai/gpt-4o-mini"))
class CodeGeneration(dspy.Signature):
'''Generate python code to answer the question.'''
question: str = dspy.InputField(description="The question to answer")
code: dspy.Code["java"] = dspy.OutputField(description="The code to execute")
predict = dspy.Predict(CodeGeneration)
result = predict(question="Given an array, find if any of the two numbers sum up to 10")
print(result.code)
```
Example 2: dspy.Code as input type in code analysis:
```python
import dspy
import inspect
dspy.configure(lm=dspy.LM("openai/gpt-4o-mini"))
class CodeAnalysis(dspy.Signature):
'''Analyze the time complexity of the function.'''
code: dspy.Code["python"] = dspy.InputField(description="The function to analyze")
result: str = dspy.OutputField(description="The time complexity of the function")
predict = dspy.Predict(CodeAnalysis)
def sleepsort(x):
import time
for i in x:
time.sleep(i)
print(i)
result = predict(code=inspect.getsource(sleepsort))
print(result.result)
```)doc";

inline constexpr std::string_view reasoning_doc = R"doc(Reasoning type in DSPy.
This type is useful when you want the DSPy output to include the reasoning of the LM. We build this type so that
DSPy can support the reasoning model and non-reasoning model with the same code.
This is a str-like type, you can convert a string directly to a Reasoning object, and from DSPy adapters'
perspective, `Reasoning` is treated as a string.)doc";

}  // namespace strop::detail
