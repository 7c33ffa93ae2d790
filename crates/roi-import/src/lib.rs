//! PyTorch and safetensors checkpoints read tensor by tensor, and their conversion into packages.
