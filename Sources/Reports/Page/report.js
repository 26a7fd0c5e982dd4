// The report's only script. Data of the run reaches the page as text nodes alone; nothing here parses HTML.
(() => {
    "use strict";

    const pageSize = 20;

    /** An element with attributes and children; strings become text. */
    function make(name, attributes, ...children) {
        const element = document.createElement(name);
        for (const [key, value] of Object.entries(attributes || {})) {
            if (value !== null && value !== undefined && value !== false) {
                element.setAttribute(key, value === true ? "" : value);
            }
        }
        for (const child of children) {
            if (child !== null && child !== undefined) {
                element.append(child);
            }
        }
        return element;
    }

    /** Shows what would hide or reorder text: control characters and direction marks. */
    function visible(text) {
        return text.replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]/g, (character) => {
            const code = character.charCodeAt(0);
            return String.fromCharCode(code === 0x7F ? 0x2421 : 0x2400 + code);
        }).replace(/[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g, (character) => {
            return "⟦U+" + character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0") + "⟧";
        });
    }

    // ---- numbers

    function fixed(value, decimals) {
        return value.toFixed(decimals).replace("-", "−");
    }

    function readable(value, unit) {
        if (value === null || value === undefined) {
            return "–";
        }
        switch (unit) {
        case "ms": return (value >= 100 ? fixed(value, 0) : Number(value.toPrecision(3))) + " ms";
        case "USD": return "$" + (value === 0 ? "0" : Number(value.toPrecision(3)));
        case "0–100": return fixed(value, 2);
        default: return Number.isInteger(value) ? fixed(value, 0) : fixed(value, 3);
        }
    }

    // ---- tables

    /** Turns the headings of a table into buttons that sort by their column. */
    function makeSortable(table) {
        const body = table.tBodies[0];
        const heads = [...table.tHead.rows[0].cells];
        if (!body || body.rows.length < 2) {
            return;
        }
        const collator = new Intl.Collator(undefined, { numeric: true });
        heads.forEach((head, column) => {
            const title = head.querySelector(".title");
            const button = make("button", { type: "button", class: "sort" }, title.textContent);
            title.replaceWith(button);
            button.addEventListener("click", () => {
                const numeric = head.classList.contains("num");
                const down = head.ariaSort ? head.ariaSort === "ascending" : numeric;
                heads.forEach((other) => other.removeAttribute("aria-sort"));
                head.setAttribute("aria-sort", down ? "descending" : "ascending");
                const rows = [...body.rows];
                rows.sort((one, two) => compare(one.cells[column], two.cells[column], down, collator));
                body.append(...rows);
            });
        });
    }

    function compare(one, two, down, collator) {
        const sign = down ? -1 : 1;
        if (one.dataset.key === undefined) {
            return sign * collator.compare(one.textContent, two.textContent);
        }
        if (one.dataset.key === "" && two.dataset.key === "") {
            return sign * collator.compare(one.textContent, two.textContent);
        }
        if (one.dataset.key === "" || two.dataset.key === "") {
            return one.dataset.key === "" ? 1 : -1;
        }
        return sign * (Number(one.dataset.key) - Number(two.dataset.key));
    }

    // ---- data

    /** The samples: blocks of JSON that are parsed when one of their rows is needed. */
    class Samples {
        constructor(index) {
            this.index = index;
            index.variants = index.variants.map(visible);
            index.measures.forEach((measure) => { measure.id = visible(measure.id); });
            this.parsed = new Map();
            this.places = [];
            index.blocks.forEach((count, block) => {
                for (let row = 0; row < count; row += 1) {
                    this.places.push([block, row]);
                }
            });
        }

        get count() { return this.places.length; }

        block(number) {
            let rows = this.parsed.get(number);
            if (!rows) {
                rows = JSON.parse(document.getElementById("samples-" + number).textContent);
                this.parsed.set(number, rows);
            }
            return rows;
        }

        row(place) {
            const [block, row] = this.places[place];
            return this.block(block)[row];
        }

        errors(place) { return this.index.rows[place][0]; }

        score(place, measure, variant) {
            return this.index.rows[place][1][measure * this.index.variants.length + variant];
        }

        /** Score of the second variant minus that of the first; null where either has none. */
        difference(place, measure, first, second) {
            const one = this.score(place, measure, first);
            const two = this.score(place, measure, second);
            return one === null || two === null || one === undefined || two === undefined ? null : two - one;
        }

        holds(place, words) {
            const [id, fields, references, trials] = this.row(place);
            const texts = [id, ...fields.map((field) => field[1]), ...references];
            for (const trial of trials) {
                texts.push(trial[2] || "", trial[3] || "");
            }
            const text = texts.join("\n").toLowerCase();
            return words.every((word) => text.includes(word));
        }
    }

    // ---- words against the reference

    /** Pieces of `text`: [kind, words] with kind "same", "more" (not in the reference) or "less" (missing from it). */
    function wordDifference(reference, text) {
        const before = reference.split(/(\s+)/).filter((word) => word.trim() !== "");
        const after = text.split(/(\s+)/).filter((word) => word.trim() !== "");
        if (before.length * after.length > 250000 || before.length === 0) {
            return null;
        }
        const plain = (word) => word.toLowerCase().replace(/^[\p{P}\p{S}]+|[\p{P}\p{S}]+$/gu, "") || word;
        const [left, right] = [before.map(plain), after.map(plain)];
        const width = right.length + 1;
        const lengths = new Uint16Array((left.length + 1) * width);
        for (let i = left.length - 1; i >= 0; i -= 1) {
            for (let j = right.length - 1; j >= 0; j -= 1) {
                lengths[i * width + j] = left[i] === right[j]
                    ? lengths[(i + 1) * width + j + 1] + 1
                    : Math.max(lengths[(i + 1) * width + j], lengths[i * width + j + 1]);
            }
        }
        const pieces = [];
        const add = (kind, word) => {
            const last = pieces[pieces.length - 1];
            if (last && last[0] === kind) { last[1].push(word); } else { pieces.push([kind, [word]]); }
        };
        let [i, j] = [0, 0];
        while (i < left.length || j < right.length) {
            if (i < left.length && j < right.length && left[i] === right[j]) {
                add("same", after[j]);
                i += 1;
                j += 1;
            } else if (j >= right.length || (i < left.length
                && lengths[(i + 1) * width + j] >= lengths[i * width + j + 1])) {
                add("less", before[i]);
                i += 1;
            } else {
                add("more", after[j]);
                j += 1;
            }
        }
        return pieces;
    }

    function said(text, reference) {
        const box = make("div", { class: "said", dir: "auto" });
        const pieces = reference === null ? null : wordDifference(visible(reference), visible(text));
        if (text === "") {
            box.append(make("span", { class: "none" }, "(an empty answer)"));
        } else if (pieces) {
            const names = { same: "span", more: "ins", less: "del" };
            for (const [kind, words] of pieces) {
                box.append(make(names[kind], {}, words.join(" ")), " ");
            }
        } else {
            box.append(visible(text));
        }
        return box;
    }

    // ---- one sample

    function sampleArticle(samples, place, state) {
        const { index } = samples;
        const [id, fields, references, trials] = samples.row(place);
        const heading = make("h3", {}, visible(id));
        const difference = samples.difference(place, state.measure, state.first, state.second);
        if (difference !== null && state.first !== state.second) {
            const better = difference === 0 ? "" : (difference > 0) === index.measures[state.measure].higher;
            heading.append(make(
                "span", { class: "tag " + (better === "" ? "" : better ? "better" : "worse") },
                index.variants[state.second] + " − " + index.variants[state.first] + ": "
                    + index.measures[state.measure].id + " " + (difference > 0 ? "+" : "")
                    + readable(difference, index.measures[state.measure].unit)));
        }
        const given = make("div", { class: "given" });
        for (const [name, value] of fields) {
            given.append(make("div", { class: "block" }, make("h4", {}, visible(name)), said(value, null)));
        }
        references.forEach((text, number) => {
            const name = references.length > 1 ? "reference " + (number + 1) : "reference";
            given.append(make("div", { class: "block reference" }, make("h4", {}, name), said(text, null)));
        });
        const answers = make("div", { class: "answers" });
        for (const trial of trials) {
            if (state.shown.has(trial[0])) {
                answers.append(answerBox(index, trial, state, references));
            }
        }
        return make("article", { class: "sample" }, heading, given, answers);
    }

    function answerBox(index, trial, state, references) {
        const [variant, repeat, output, error, source, latency, first, input, written, cost, scores] = trial;
        const name = (index.variants[variant] || "?") + (repeat > 0 ? ", repeat " + (repeat + 1) : "");
        const box = make("div", { class: "answer" }, make("h4", {}, name));
        if (error !== null) {
            box.append(make("p", { class: "error" }, "failed: " + visible(error)));
        }
        if (output !== null) {
            box.append(said(output, state.marks && references.length > 0 ? references[0] : null));
        } else if (error === null) {
            box.append(make("p", { class: "none" }, "no answer"));
        }
        const list = make("ul", { class: "scores" });
        index.measures.forEach((measure, number) => {
            const score = scores[number];
            list.append(make(
                "li", { class: number === state.measure ? "chosen" : null },
                measure.id + " " + (score === null || score === undefined ? "not scored" : readable(score, measure.unit))));
        });
        const facts = [];
        if (source) { facts.push(visible(source)); }
        if (latency !== null) { facts.push(readable(latency, "ms")); }
        if (first !== null) { facts.push("first token " + readable(first, "ms")); }
        if (input !== null || written !== null) {
            facts.push((input === null ? "?" : input) + " + " + (written === null ? "?" : written) + " tokens");
        }
        if (cost !== null) { facts.push(readable(cost, "USD")); }
        box.append(list, make("small", {}, facts.join(" · ")));
        return box;
    }

    // ---- the browser

    class Browser {
        constructor(root, samples) {
            this.root = root;
            this.samples = samples;
            const { index } = samples;
            const other = index.variants.findIndex((label, place) => place !== index.baseline);
            this.state = {
                words: [], measure: 0, first: index.baseline, second: other < 0 ? index.baseline : other,
                show: "all", order: "dataset", marks: false, page: 0, shown: new Set(index.variants.keys()),
            };
            this.list = make("div", {});
            this.pagers = [this.pager(true), this.pager(false)];
            root.replaceChildren(this.controls(), this.pagers[0].element, this.list, this.pagers[1].element);
            this.update();
        }

        controls() {
            const { index } = this.samples;
            const { state } = this;
            const search = make("input", { type: "search", placeholder: "words in inputs, references, answers" });
            let waiting = 0;
            search.addEventListener("input", () => {
                clearTimeout(waiting);
                waiting = setTimeout(() => {
                    state.words = search.value.toLowerCase().split(/\s+/).filter((word) => word !== "");
                    this.update();
                }, 180);
            });
            const variants = index.variants.map((label, place) => [String(place), label]);
            const measures = index.measures.map((measure, place) => [String(place), measure.id]);
            const controls = make("div", { class: "controls", role: "search", "aria-label": "Samples" });
            controls.append(this.labelled("Search", search));
            if (measures.length > 0) {
                controls.append(this.choice("Metric", measures, state.measure, (value) => { state.measure = Number(value); }));
            }
            if (variants.length > 1) {
                controls.append(
                    this.choice("Compare", variants, state.second, (value) => { state.second = Number(value); }),
                    this.choice("with", variants, state.first, (value) => { state.first = Number(value); }));
            }
            controls.append(
                this.choice("Show", [
                    ["all", "all samples"], ["errors", "failed trials only"], ["differs", "where the two differ"],
                    ["better", "where the first is better"], ["worse", "where the first is worse"],
                ], state.show, (value) => { state.show = value; }),
                this.choice("Order", [
                    ["dataset", "as in the dataset"], ["difference", "biggest differences first"],
                    ["lowest", "lowest score first"], ["highest", "highest score first"],
                ], state.order, (value) => { state.order = value; }),
                this.switches(variants));
            return controls;
        }

        /** Which variants to show, and whether to mark words. */
        switches(variants) {
            const box = make("fieldset", { class: "wide" }, make("legend", { class: "unseen" }, "What to show of a sample"));
            if (variants.length > 1) {
                for (const [place, label] of variants) {
                    box.append(this.tick(label, true, (on) => {
                        if (on) { this.state.shown.add(Number(place)); } else { this.state.shown.delete(Number(place)); }
                    }));
                }
            }
            box.append(this.tick("mark words against the reference", false, (on) => { this.state.marks = on; }));
            return box;
        }

        labelled(title, control) {
            return make("label", {}, make("span", {}, title), control);
        }

        choice(title, options, chosen, change) {
            const select = make("select", {});
            for (const [value, label] of options) {
                select.append(make("option", { value, selected: String(chosen) === value }, label));
            }
            select.addEventListener("change", () => {
                change(select.value);
                this.update();
            });
            return this.labelled(title, select);
        }

        tick(title, on, change) {
            const box = make("input", { type: "checkbox", checked: on });
            box.addEventListener("change", () => {
                change(box.checked);
                this.render();
            });
            return make("label", {}, box, " " + title);
        }

        pager(speaks) {
            const back = make("button", { type: "button" }, "← Previous");
            const on = make("button", { type: "button" }, "Next →");
            const status = make("span", speaks ? { role: "status", "aria-live": "polite" } : { role: "none" });
            back.addEventListener("click", () => this.turn(-1));
            on.addEventListener("click", () => this.turn(1));
            return { element: make("div", { class: "pager" }, back, on, status), back, on, status };
        }

        turn(step) {
            this.state.page += step;
            this.render();
            this.root.scrollIntoView();
        }

        /** Chooses and orders the samples anew. */
        update() {
            const { samples, state } = this;
            const found = [];
            for (let place = 0; place < samples.count; place += 1) {
                if (this.passes(place)) { found.push(place); }
            }
            const score = (place) => samples.score(place, state.measure, state.second);
            const size = (place) => {
                const difference = samples.difference(place, state.measure, state.first, state.second);
                return difference === null ? null : -Math.abs(difference);
            };
            const keys = {
                difference: size, lowest: score,
                highest: (place) => { const value = score(place); return value === null ? null : -value; },
            };
            const key = keys[state.order];
            if (key) {
                const known = (value) => (value === null || value === undefined ? Infinity : value);
                const sorted = found.map((place) => [known(key(place)), place]);
                sorted.sort((one, two) => (one[0] === two[0] ? one[1] - two[1] : one[0] - two[0]));
                this.found = sorted.map((entry) => entry[1]);
            } else {
                this.found = found;
            }
            state.page = 0;
            this.render();
        }

        passes(place) {
            const { samples, state } = this;
            if (state.show === "errors" && samples.errors(place) === 0) { return false; }
            if (state.show === "differs" || state.show === "better" || state.show === "worse") {
                const difference = samples.difference(place, state.measure, state.first, state.second);
                if (difference === null || difference === 0) { return false; }
                const better = (difference > 0) === samples.index.measures[state.measure].higher;
                if (state.show !== "differs" && better !== (state.show === "better")) { return false; }
            }
            return state.words.length === 0 || samples.holds(place, state.words);
        }

        render() {
            const { state, samples, found } = this;
            const pages = Math.max(1, Math.ceil(found.length / pageSize));
            state.page = Math.min(Math.max(state.page, 0), pages - 1);
            const from = state.page * pageSize;
            const part = found.slice(from, from + pageSize);
            this.list.replaceChildren(...part.map((place) => sampleArticle(samples, place, state)));
            if (part.length === 0) { this.list.append(make("p", { class: "hint" }, "No sample is like that.")); }
            const count = found.length.toLocaleString("en-US");
            const text = part.length === 0 ? "0 samples"
                : (from + 1) + "–" + (from + part.length) + " of " + count + " samples";
            for (const pager of this.pagers) {
                pager.back.disabled = state.page === 0;
                pager.on.disabled = state.page === pages - 1;
                pager.status.textContent = text;
            }
        }
    }

    document.querySelectorAll("table.sortable").forEach(makeSortable);
    const data = document.getElementById("index");
    const root = document.getElementById("browser");
    if (data && root) {
        const samples = new Samples(JSON.parse(data.textContent));
        if (samples.count > 0) {
            new Browser(root, samples);
        } else {
            root.replaceChildren(make("p", { class: "hint" }, "This run has no samples."));
        }
    }
})();
