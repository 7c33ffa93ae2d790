//! Conversation template, region tags and the LLaMA tokenizer, with import of tokenizer.model.
