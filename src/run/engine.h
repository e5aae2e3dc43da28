// Engines: how serving and training software behaves around its kernels.
//
// data/engines/engines.toml, one [[engine]] each, written by `sluice calibrate --measured`: every
// number of an engine with rows was fitted on the learning part of those rows (measured.h). A row's
// or a user's software names its engine by the longest beginning; makers tell apart builds for
// other chips that carry the same name.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "text/diagnostic.h"

namespace sluice::run {

struct Engine {
    std::string id{};
    std::vector<std::string> software{};  // lower-case beginnings of a software string
    std::vector<std::string> makers{};    // ids of chip makers it is for; empty: every maker's
    // What it is taken for when nobody names one: "nvidia serving", "huawei-ascend-910c serving",
    // "training"; a maker or a chip id before the kind of work, or any maker's.
    std::vector<std::string> default_for{};
    std::string schedule{};           // of its pipelines where nobody says: "dualpipe"; "": 1f1b
    double prefill_factor = 1;        // kernel time over the kernel model, prompts
    double decode_factor = 1;         // the same, decode steps
    double gap = 3e-7;                // s a launch beside the kernel model's own t0
    double eager = 0;                 // s of host time a launch; 0: launches are captured in graphs
    double host_step = 1e-3;          // s a step
    double host_sequence = 0;         // s a sequence and step: sampling, detokenising
    double request_cost = 0;          // s a request, serial in the engine: tokenise, schedule
    double client_latency = 0;        // s a client sees beside the engine: HTTP, streaming
    double communication_factor = 1;  // collectives over the collective model
    double hidden_traffic = 0;        // share of expert traffic hidden behind compute
    double one_shot = 0;              // s, latency of a fused small all-reduce; 0: none
    double expert_factor = 1;         // grouped products over the model: uneven load, padding
    double element_factor = 1;        // element-wise kernels over the model (unfused > 1)
    double unpack_factor = 1;      // arithmetic of products whose weights are unpacked on the way
    double unpack_read = 1;        // and how fast they are read, over the kernel model
    double mma_only = 0;           // 1: products by pre-Hopper instructions, 16-bit accumulators
    double reserved = 0;           // multiprocessors that only move data (DeepSeek-V3: 20 of 132)
    double vector_read = 0;        // byte/s a multiprocessor at batch 1; 0: no bound
    double memory_fraction = 0.9;  // of the chip's memory that the engine takes
    double most_sequences = 256;   // a replica
    double most_batched_tokens = 8192;  // of a step
    double recompute = 0;               // 1: forward passes are repeated where nothing is said
    double training_factor = 1;         // kernel time over the model, forward and backward
    double training_overlap = 0.6;      // share of tensor- and data-parallel traffic hidden
    int rows = 0;                       // it was fitted on
    std::string provenance{};
};

// How a number of an engine is written and fitted. `floor` is added before its logarithm is taken;
// `width` is how far, in logarithms, it may roam before the pull back equals one row's error (0:
// never fitted); `edge` is the first step of the search. `choices` are tried one by one.
struct EngineParameter {
    std::string_view key{}, unit{};
    double Engine::* value = nullptr;
    double floor = 0, width = 0, edge = 0;
    double most = 1e9;
    std::span<const double> choices{};
};
std::span<const EngineParameter> engine_parameters();

text::Result<std::vector<Engine>> load_engines(const std::filesystem::path& file);
// `fitted_on` is the source of every engine that has rows: the file and the seed.
std::string engines_toml(const std::vector<Engine>& engines, const std::string& fitted_on);

// The engine whose software name begins `software`, longest first, and of two alike the one for
// this maker; the first one otherwise.
const Engine& engine_for(const std::vector<Engine>& engines, std::string_view software,
                         std::string_view maker);

}  // namespace sluice::run
