// Writes faker_js.json, names and words of seventy locales, and trade_words.json, what services are named after.
import { allLocales } from "@faker-js/faker";
import * as languages from "linguist-languages";
import { npmHighImpact } from "npm-high-impact";
import pokemon from "pokemon";
import { readFileSync, writeFileSync } from "node:fs";
import { adjectives, animals, colors } from "unique-names-generator";
const out = {};
for (const [code, d] of Object.entries(allLocales)) {
  const flat = (v) => v == null ? [] : Array.isArray(v) ? v.map(x => typeof x === "string" ? x : x?.value).filter(Boolean) : Object.values(v).flatMap(flat);
  out[code] = {
    given: flat(d.person?.first_name), surname: flat(d.person?.last_name), middle: flat(d.person?.middle_name),
    prefix: flat(d.person?.prefix), jobs: [...flat(d.person?.job_area), ...flat(d.person?.job_descriptor), ...flat(d.person?.job_type)],
    place: [...flat(d.location?.city_name), ...flat(d.location?.state), ...flat(d.location?.county), ...flat(d.location?.country)],
    street: flat(d.location?.street_name), company: [...flat(d.company?.name), ...flat(d.company?.legal_entity_type)],
    word: [...flat(d.word), ...flat(d.lorem), ...flat(d.commerce), ...flat(d.team), ...flat(d.color), ...flat(d.food), ...flat(d.vehicle), ...flat(d.music?.genre), ...flat(d.animal), ...flat(d.company?.buzz_noun), ...flat(d.company?.buzz_adjective), ...flat(d.company?.catch_phrase_noun), ...flat(d.science), ...flat(d.database), ...flat(d.finance)],
  };
}
writeFileSync("faker_js.json", JSON.stringify(out));
for (const [c, v] of Object.entries(out)) console.log(c, Object.entries(v).map(([k, x]) => k + ":" + x.length).join(" "));
const icons = JSON.parse(readFileSync("node_modules/simple-icons/data/simple-icons.json", "utf8"));
const trade = {
  package: npmHighImpact,
  brand: icons.map((icon) => icon.title),
  language: Object.values(languages.default ?? languages).map((language) => language.name),
  coined: pokemon.all("en"),
  animal: animals,
  adjective: adjectives,
  colour: colors,
};
writeFileSync("trade_words.json", JSON.stringify(trade));
for (const [source, words] of Object.entries(trade)) console.log(source, words.length);
