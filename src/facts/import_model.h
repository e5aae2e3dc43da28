// Models from the config.json that a checkpoint carries (Hugging Face format).
#pragma once

#include <string>
#include <string_view>

#include "facts/model.h"
#include "text/diagnostic.h"

namespace sluice::facts {

// `file` is named in messages; the model is named after it ("Qwen--Qwen3-8B_config.json", or the
// folder of a plain config.json). Reads the language part of multimodal models. Errors: JSON that
// is cut short or malformed (with the place), an architecture (`model_type`) that is not known, a
// field that is missing or not a whole number, a field whose meaning a Model cannot hold: each by
// the field's name, all at once.
text::Result<Model> import_model(std::string_view file, std::string_view json);

// The model as a [[model]] table of data/models; load_models reads it back. Published totals,
// source and date are the caller's to state.
std::string model_toml(const Model& model);

}  // namespace sluice::facts
