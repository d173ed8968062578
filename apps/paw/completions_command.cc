// paw completions bash|zsh|fish, and paw version. The scripts are made from the parser itself, so they cannot lag behind it.
#include <cstdio>
#include <string>
#include <vector>

#include "apps/paw/command.h"
#include "paw/paw.h"

namespace paw::cli {
namespace {

struct Choice {
  std::string name;         // "run", "--json"
  std::string description;  // one line
  bool takes_value = false;
};

struct CommandWords {
  std::string path;  // "", "run", "base pull"
  std::vector<Choice> commands;
  std::vector<Choice> options;
};

std::string OneLine(std::string text) {
  for (char& c : text) c = c == '\n' ? ' ' : c;
  return text;
}

void Collect(const CLI::App& app, const std::string& path, std::vector<CommandWords>& out) {
  CommandWords words{path, {}, {}};
  const auto commands = app.get_subcommands([](const CLI::App*) { return true; });
  for (const CLI::App* command : commands) words.commands.push_back({command->get_name(), OneLine(command->get_description())});
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_group().empty()) continue;  // hidden
    for (const std::string& name : option->get_lnames()) {
      words.options.push_back({"--" + name, OneLine(option->get_description()), option->get_items_expected_max() > 0});
    }
  }
  out.push_back(std::move(words));
  for (const CLI::App* command : commands) Collect(*command, path.empty() ? command->get_name() : path + " " + command->get_name(), out);
}

std::string Names(const std::vector<Choice>& choices) {
  std::string text;
  for (const Choice& choice : choices) text += (text.empty() ? "" : " ") + choice.name;
  return text;
}

std::string SingleQuoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

// The word before the cursor decides: a command path, then its options; anything else completes to file names and aliases.
std::string BashScript(const std::vector<CommandWords>& all) {
  std::string text =
      "# bash completion for paw:  source <(paw completions bash)\n"
      "_paw() {\n"
      "  local current=\"${COMP_WORDS[COMP_CWORD]}\" at=\"\" word words\n"
      "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
      "    case \"$at:$word\" in\n";
  for (const CommandWords& command : all) {
    if (command.path.empty()) continue;
    const std::size_t space = command.path.rfind(' ');
    const std::string parent = space == std::string::npos ? "" : command.path.substr(0, space);
    const std::string name = space == std::string::npos ? command.path : command.path.substr(space + 1);
    text += "      " + SingleQuoted(parent + ":" + name) + ") at=" + SingleQuoted(command.path) + " ;;\n";
  }
  text += "    esac\n  done\n  case \"$at\" in\n";
  for (const CommandWords& command : all) {
    const std::string names = Names(command.commands) + (command.commands.empty() ? "" : " ") + Names(command.options);
    text += "    " + SingleQuoted(command.path) + ") words=" + SingleQuoted(names) + " ;;\n";
  }
  text +=
      "  esac\n"
      "  case \"$at:$current\" in\n"
      "    *:-*) ;;\n"
      "    run:*|test:*|info:*|rm:*|alias:*|verify:*|pack:*|publish:*|'export peft':*) words=\"$words $(paw list --names 2>/dev/null)\" "
      ";;\n"
      "  esac\n"
      "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
      "  case \"$current\" in -*) ;; *) [ -n \"$at\" ] && COMPREPLY+=($(compgen -f -- \"$current\")) ;; esac\n"
      "}\n"
      "complete -o filenames -F _paw paw\n";
  return text;
}

std::string ZshScript(const std::vector<CommandWords>& all) {
  std::string text =
      "#compdef paw\n"
      "# zsh completion for paw:  paw completions zsh > \"${fpath[1]}/_paw\"\n"
      "_paw() {\n"
      "  local at=\"\" word\n"
      "  local -a choices\n"
      "  for word in \"${(@)words[2,CURRENT-1]}\"; do\n"
      "    case \"$at:$word\" in\n";
  for (const CommandWords& command : all) {
    if (command.path.empty()) continue;
    const std::size_t space = command.path.rfind(' ');
    const std::string parent = space == std::string::npos ? "" : command.path.substr(0, space);
    const std::string name = space == std::string::npos ? command.path : command.path.substr(space + 1);
    text += "      " + SingleQuoted(parent + ":" + name) + ") at=" + SingleQuoted(command.path) + " ;;\n";
  }
  text += "    esac\n  done\n  case \"$at\" in\n";
  for (const CommandWords& command : all) {
    text += "    " + SingleQuoted(command.path) + ") choices=(";
    for (const auto* list : {&command.commands, &command.options}) {
      for (const Choice& choice : *list) text += "\n      " + SingleQuoted(choice.name + ":" + choice.description);
    }
    text += "\n    ) ;;\n";
  }
  text +=
      "  esac\n"
      "  _describe -t words 'paw' choices\n"
      "  case \"$at\" in run|test|info|rm|alias|verify|pack|publish|'export peft') compadd -- ${(f)\"$(paw list --names 2>/dev/null)\"} ;; "
      "esac\n"
      "  [[ -n \"$at\" ]] && _files\n"
      "}\n"
      "if [ \"$funcstack[1]\" = \"_paw\" ]; then _paw \"$@\"; else compdef _paw paw; fi\n";
  return text;
}

std::string FishScript(const std::vector<CommandWords>& all) {
  std::string text = "# fish completion for paw:  paw completions fish > ~/.config/fish/completions/paw.fish\n";
  const std::string tops = Names(all.front().commands);
  for (const CommandWords& command : all) {
    std::string condition = "not __fish_seen_subcommand_from " + tops;
    const std::size_t space = command.path.find(' ');
    if (!command.path.empty() && space == std::string::npos) condition = "__fish_seen_subcommand_from " + command.path;
    if (space != std::string::npos) {
      condition = "__fish_seen_subcommand_from " + command.path.substr(0, space) + "; and __fish_seen_subcommand_from " +
                  command.path.substr(space + 1);
    }
    for (const Choice& choice : command.commands) {
      text += "complete -c paw -n " + SingleQuoted(condition) + (command.path.empty() ? " -f" : "") + " -a " + choice.name + " -d " +
              SingleQuoted(choice.description) + "\n";
    }
    for (const Choice& choice : command.options) {
      text += "complete -c paw -n " + SingleQuoted(condition) + " -l " + choice.name.substr(2) + (choice.takes_value ? " -r" : "") +
              " -d " + SingleQuoted(choice.description) + "\n";
    }
  }
  text +=
      "complete -c paw -n '__fish_seen_subcommand_from run test info rm alias verify pack publish export' -a '(paw list --names "
      "2>/dev/null)'\n";
  return text;
}

}  // namespace

void AddCompletionsCommand(CLI::App& app, Context& context) {
  CLI::App* command = AddCommand(app, context, "completions", "print the completion script of a shell",
                                 "Examples:\n"
                                 "  source <(paw completions bash)\n"
                                 "  paw completions zsh > \"${fpath[1]}/_paw\"\n"
                                 "  paw completions fish > ~/.config/fish/completions/paw.fish");
  auto shell = std::make_shared<std::string>();
  command->add_option("SHELL", *shell, "bash, zsh or fish")->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command->callback([&app, &context, shell] {
    context.action = [&app, shell] {
      std::vector<CommandWords> all;
      Collect(app, "", all);
      const std::string text = *shell == "bash" ? BashScript(all) : *shell == "zsh" ? ZshScript(all) : FishScript(all);
      std::fputs(text.c_str(), stdout);
      return 0;
    };
  });
}

void AddVersionCommand(CLI::App& app, Context& context) {
  CLI::App* command = AddCommand(app, context, "version", "print the version", "Examples:\n  paw version\n  paw version --json");
  command->callback([&context] {
    context.action = [&context] {
      if (context.json) {
        context.PrintJson({{"version", std::string(Version())}});
      } else {
        std::printf("paw %s\n", std::string(Version()).c_str());
      }
      return 0;
    };
  });
}

}  // namespace paw::cli
