#include "pseudo/pseudo_prompt.h"

#include "base/limits.h"
#include "base/text.h"

namespace paw {

std::string_view DefaultPseudoPrompt() {
  return R"(A small language model is going to carry out a text function. It will never read the specification below: the only
instructions it gets are the ones you write now. Rewrite the specification as a short program in plain words for it.

Use this layout and nothing before or after it:

[PSEUDO_PROGRAM]
Task: <a single paragraph: what to do with the input, every rule and special case, and the exact form of the output>

Examples:
Input: <an input>
Output: <its output>

Input: <another input>
Output: <its output>
[END_PSEUDO_PROGRAM]

* The paragraph stands alone. Each requirement, label and format that the specification names is in it, spelled the same way.
* Give between 3 and 6 examples: ordinary inputs first, then the special cases. Invent them; take none over from the specification.
* Every output is exactly what the function would answer, with no remark beside it.
* All of it, markers included, takes fewer than 250 tokens. End with the line [END_PSEUDO_PROGRAM].

[SPEC]
{spec}
[END_SPEC])";
}

Result<std::string> RenderPseudoPrompt(std::string_view prompt, std::string_view spec) {
  PAW_TRY(CheckText(prompt, kTemplateBytesMax, "the prompt of the pseudo compiler"));
  PAW_TRY(CheckText(spec, kSpecBytesMax, "the spec"));
  const std::size_t count = CountOf(prompt, kSpecPlaceholder);
  if (count != 1) {
    return Refused("reading the prompt of the pseudo compiler: found " + std::string(kSpecPlaceholder) + " " + std::to_string(count) +
                   " times, expected once");
  }
  return ReplaceAll(prompt, kSpecPlaceholder, spec);
}

}  // namespace paw
