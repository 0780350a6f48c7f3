// SPDX-License-Identifier: Apache-2.0
// The look of the transparency page: light and dark, from 320 px on. See transparency_private.h.
#include "transparency_private.h"

static const char text[] =
    ":root{color-scheme:light "
    "dark;--text:#1b1f24;--soft:#4a525b;--page:#fff;--line:#c9ced4;--link:#0b57a4;--green:#1a6b2e;--amber:#7a4f00;--red:#"
    "a8201a;--grey:#4a525b}\n"
    "@media(prefers-color-scheme:dark){:root{--text:#e8eaed;--soft:#b3bac2;--page:#15181c;--line:#3c434b;--link:#8ab9f0;--"
    "green:#7fd095;--amber:#e6b450;--red:#ff9c94;--grey:#b3bac2}}\n"
    "*{box-sizing:border-box}html{font:1rem/1.55 system-ui,sans-serif;color:var(--text);background:var(--page)}\n"
    "body{max-width:54rem;margin:0 auto;padding:1rem;overflow-wrap:anywhere}\n"
    "a{color:var(--link)}a:focus-visible,summary:focus-visible,select:focus-visible,button:focus-visible,.wide:focus-"
    "visible{outline:3px solid var(--link);outline-offset:2px}\n"
    ".skip{position:absolute;left:-99rem}.skip:focus{position:static}\n"
    "header{display:flex;flex-wrap:wrap;gap:.5rem 2rem;justify-content:space-between;align-items:baseline;border-bottom:1px "
    "solid var(--line)}\n"
    ".shop{font-weight:600;margin:0}.languages ul{display:flex;gap:1rem;list-style:none;margin:0;padding:0}.languages "
    "[aria-current]{font-weight:600;text-decoration:none}\n"
    ".languages a{display:inline-block;padding:.25rem 0}\n"
    "h1{font-size:1.7rem;line-height:1.25}h2{font-size:1.3rem;margin:2.2rem 0 .6rem}h3{font-size:1.05rem;margin:1.4rem 0 "
    ".4rem}\n"
    "section{border-top:1px solid var(--line);margin-top:1.6rem}.intro{font-size:1.1rem}.version,.meta{color:var(--soft)}\n"
    "dl{margin:0}dt{font-weight:600;margin-top:.4rem}dd{margin:0 0 0 "
    "1rem}ul{padding-left:1.2rem}.items{padding-left:0;list-style:none}.items li{padding:.5rem 0;border-bottom:1px solid "
    "var(--line)}\n"
    ".items .meta{display:block;font-size:.92rem}summary{cursor:pointer;padding:.35rem 0}\n"
    ".badges{list-style:none;padding:0;display:grid;gap:.5rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,16rem),"
    "1fr))}\n"
    ".badges li{border:1px solid var(--line);border-left:.4rem solid var(--grey);border-radius:.3rem;padding:.5rem "
    ".7rem}.badges .what::after{content:\"\\A\";white-space:pre}\n"
    ".badges .green{border-left-color:var(--green)}.badges .amber{border-left-color:var(--amber)}.badges "
    ".red{border-left-color:var(--red)}\n"
    ".green .mark,.green .state{color:var(--green)}.amber .mark,.amber .state{color:var(--amber)}.red .mark,.red "
    ".state{color:var(--red)}.mark{font-weight:700}\n"
    ".wide{overflow-x:auto}table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.35rem "
    ".6rem;border-bottom:1px solid var(--line)}thead th{color:var(--soft);font-weight:600}\n"
    "select,button{font:inherit;padding:.35rem .6rem;min-height:2.5rem;color:inherit;background:var(--page);border:1px "
    "solid var(--soft);border-radius:.3rem}\n"
    ".act{font-weight:600}.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:"
    "nowrap}\n"
    "del{color:var(--red)}ins{color:var(--green);text-decoration:none}footer{border-top:1px solid "
    "var(--line);margin-top:2rem}code{font-size:.95em}\n"
    "@media print{.languages,footer,.skip{display:none}}\n";

cu_str transparency_style(void)
{
    return (cu_str){text, sizeof text - 1};
}
