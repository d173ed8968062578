// paw bench answer-sets: how often the labels of a spec are found, by rules and by the reader that paw ships.
#include <algorithm>
#include <cstdio>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "api/workspace.h"
#include "apps/paw/command.h"
#include "base/text.h"
#include "compiler/answer_set.h"
#include "fs/posix_fs.h"
#include "spec/outputs.h"

namespace paw::cli {
namespace {

constexpr const char* kFooter =
    "FILE has rows of tools/corpus/answer_sets.py: a spec as input, its labels joined by \" | \" or the word open as output.\n"
    "\n"
    "right  a spec with labels whose set is found exactly    missed  one whose outputs are left open\n"
    "wrong  a spec with labels that is given another set     false   a spec without labels that is given a set\n"
    "\n"
    "The reader's own lines count the specs on which a compile asks it; \"from 0.93\": answers that are less probable a label are not "
    "believed.\n"
    "\n"
    "Examples:\n"
    "  python3 tools/corpus/answer_sets.py corpus/families_valid.jsonl --out rows.jsonl\n"
    "  paw bench answer-sets rows.jsonl";

constexpr std::size_t kRowsBytesMax = 64u << 20;
constexpr std::size_t kRowsAtOnce = 64;  // between looks at the interrupt

struct Arguments {
  std::string file, reader, base;
  bool show = false;
  int threads = 0;
};

struct Row {
  LabelSet truth;     // empty: open
  LabelSet rules;     // what the rules find
  bool asks = false;  // whether a compile would ask the reader
  SetReading reading;
};

struct Counts {
  int right = 0, missed = 0, wrong = 0, opened = 0, false_sets = 0;

  void Add(const LabelSet& truth, LabelSet found) {
    LabelSet expected = truth;
    std::sort(expected.begin(), expected.end());
    std::sort(found.begin(), found.end());
    if (truth.empty()) return void(++(found.empty() ? opened : false_sets));
    ++(found.empty() ? missed : found == expected ? right : wrong);
  }
  std::string Line(const std::string& name) const {
    char line[160];
    std::snprintf(line, sizeof line, "| %s | %d | %d | %d | %d | %d |\n", name.c_str(), right, missed, wrong, opened, false_sets);
    return line;
  }
};

LabelSet TruthOf(const std::string& output) {
  LabelSet labels;
  if (output == "open") return labels;
  std::string_view rest = output;
  for (std::size_t end = 0; end != std::string_view::npos; rest.remove_prefix(std::min(rest.size(), end + kAnswerSetJoiner.size()))) {
    end = rest.find(kAnswerSetJoiner);
    labels.emplace_back(rest.substr(0, end));
    if (end == std::string_view::npos) break;
  }
  return labels;
}

class AnswerSetBench {
 public:
  AnswerSetBench(Context& context, const Arguments& arguments) : context_(context), arguments_(arguments) {}

  Status Run() {
    const std::vector<std::byte> bytes = PAW_TRY(PosixFs().Read(arguments_.file, kRowsBytesMax));
    const std::vector<Example> rows = PAW_TRY(ReadExampleRows(TextOf(bytes), arguments_.file));
    PAW_TRY(OpenReader());
    for (const Example& row : rows) PAW_TRY(AddRow(row));
    PAW_TRY(ReadAll(rows));
    std::fputs(Table().c_str(), stdout);
    if (arguments_.show) Show(rows);
    return Ok();
  }

 private:
  Status OpenReader() {
    auto workspace =
        PAW_TRY(Workspace::Open({context_.cache_dir, arguments_.base, EngineKind::kNative, arguments_.threads, context_.offline}));
    auto base = PAW_TRY(workspace->OpenNamedBase(arguments_.base));
    reader_ = arguments_.reader.empty() ? PAW_TRY(AnswerSetReader::OpenBuiltIn(base))
                                        : PAW_TRY(AnswerSetReader::Open(PAW_TRY(workspace->Find(arguments_.reader)).bundle, base));
    return reader_ ? Ok() : NotFound("bench answer-sets: found no reader for this base in this build of paw, expected one or --reader");
  }

  Status AddRow(const Example& example) {
    Row row;
    row.truth = TruthOf(example.output);
    const Spec spec = PAW_TRY(ParseSpec(example.input));
    OutputContract contract = PAW_TRY(DeduceOutputs(spec, {}));
    row.asks = LeavesOutputsOpen(contract, 0);
    row.rules = std::move(contract.labels);
    rows_.push_back(std::move(row));
    bodies_.push_back(spec.body);
    return Ok();
  }

  Status ReadAll(const std::vector<Example>& rows) {
    for (std::size_t begin = 0; begin < rows.size(); begin += kRowsAtOnce) {
      const std::size_t count = std::min(kRowsAtOnce, rows.size() - begin);
      auto readings = PAW_TRY(reader_->Read(std::span(bodies_).subspan(begin, count), arguments_.threads, context_.cancel));
      for (std::size_t i = 0; i < count; ++i) rows_[begin + i].reading = std::move(readings[i]);
    }
    return Ok();
  }

  std::string Table() const {
    std::string text = "| sets found by | right | missed | wrong | open | false |\n|---|---|---|---|---|---|\n";
    Counts rules;
    for (const Row& row : rows_) rules.Add(row.truth, row.rules);
    text += rules.Line("rules");
    for (const double least : {0.0, 0.8, 0.85, 0.9, 0.92, 0.93, 0.95, 0.97}) {
      Counts reader;
      Counts both;
      for (const Row& row : rows_) {
        const LabelSet read = row.reading.label_certainty() >= least ? row.reading.labels : LabelSet();
        if (row.asks) reader.Add(row.truth, read);
        both.Add(row.truth, row.asks ? read : row.rules);
      }
      char name[32];
      std::snprintf(name, sizeof name, "%.2f", least);
      text += reader.Line(std::string("reader, from ") + name) + both.Line(std::string("rules, then reader from ") + name);
    }
    return text;
  }

  void Show(const std::vector<Example>& rows) const {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const SetReading& reading = rows_[i].reading;
      if (reading.answer == rows[i].output) continue;
      context_.PrintJson({{"input", rows[i].input},
                          {"output", rows[i].output},
                          {"answer", reading.answer},
                          {"certainty", reading.label_certainty()},
                          {"holds", !reading.labels.empty()},
                          {"rules", rows_[i].rules}});
    }
  }

  Context& context_;
  const Arguments& arguments_;
  std::unique_ptr<AnswerSetReader> reader_;
  std::vector<Row> rows_;
  std::vector<std::string> bodies_;
};

}  // namespace

void AddBenchAnswerSetsCommand(CLI::App& bench, Context& context) {
  CLI::App* command = AddCommand(bench, context, "answer-sets", "how often the labels of a spec are found", kFooter);
  auto arguments = std::make_shared<Arguments>();
  Arguments& a = *arguments;
  command->add_option("FILE", a.file, "rows of tools/corpus/answer_sets.py")->required();
  command->add_option("--reader", a.reader, "a program in place of the reader that paw ships")->type_name("X.paw");
  command->add_flag("--show", a.show, "print the rows that the reader answers otherwise, one JSON object a line");
  command->add_option("--base", a.base, "the base, by name or path")->type_name("NAME");
  command->add_option("--threads", a.threads, "0: all cores")->check(CLI::Range(0, 1024))->capture_default_str();
  command->callback([&context, arguments] {
    context.action = [&context, arguments] {
      const CancellableScope cancellable;
      const Status status = AnswerSetBench(context, *arguments).Run();
      return status.ok() ? context.Finish(0) : context.Fail(status);
    };
  });
}

}  // namespace paw::cli
