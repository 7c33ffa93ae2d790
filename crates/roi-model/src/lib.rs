//! GPT4RoI as burn modules: vision tower, region extractor, projector, decoder, KV cache.
