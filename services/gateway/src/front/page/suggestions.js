// Completions below the search box: a listbox as ARIA describes it.

const PAUSE = 150; // milliseconds without a key before the API is asked

function completing(field, list, chosen) {
  let typing, asking, active = -1;

  const close = () => {
    clearTimeout(typing);
    asking?.abort();
    active = -1;
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };

  const show = suggestions => {
    const options = suggestions.map((text, index) => {
      const option = make("li", { id: `suggestion-${index}`, role: "option", textContent: text });
      option.setAttribute("aria-selected", "false");
      return option;
    });
    list.replaceChildren(...options);
    active = -1;
    list.hidden = options.length === 0;
    field.setAttribute("aria-expanded", String(!list.hidden));
    field.removeAttribute("aria-activedescendant");
  };

  const look = async () => {
    asking?.abort();
    const mine = asking = new AbortController();
    try {
      const { body } = await ask(`/v1/products/suggest?limit=6&q=${encodeURIComponent(field.value.trim())}`, { signal: mine.signal });
      if (!mine.signal.aborted) show(body.suggestions);
    } catch {
      if (mine === asking) close(); // the search works without
    }
  };

  const move = step => {
    const options = [...list.children];
    active = (active + step + options.length + (active < 0 && step < 0 ? 1 : 0)) % options.length;
    options.forEach((option, index) => option.setAttribute("aria-selected", String(index === active)));
    options[active].scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", options[active].id);
  };

  const choose = text => {
    field.value = text;
    close();
    chosen();
  };

  field.addEventListener("input", () => {
    clearTimeout(typing);
    if (field.value.trim()) typing = setTimeout(look, PAUSE);
    else close();
  });
  field.addEventListener("keydown", event => {
    if (list.hidden) return;
    const option = list.children[active];
    if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp") move(-1);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && option) choose(option.textContent);
    else return;
    event.preventDefault();
  });
  field.addEventListener("blur", close);
  list.addEventListener("pointerdown", event => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", event => {
    const option = event.target.closest("[role=option]");
    if (option) choose(option.textContent);
  });
  return close;
}
