import { expect, test } from "vitest";
import { isDirective } from "./directives.ts";

const directives = [
  "// @ts-ignore",
  "// @ts-expect-error: too deep",
  "/* @ts-ignore */",
  "/** @ts-ignore */",
  "/*\n * @ts-expect-error\n */",
  "// @ts-nocheck",
  "// @ts-check",
  "//@ts-check",
  "/* eslint-disable */",
  "/* eslint no-console: 0 */",
  "/* eslint-env node */",
  "// eslint-disable-next-line no-console -- why",
  "// eslint-disable-line",
  "// see below, eslint-disable-line no-console",
  "// oxlint-disable-next-line",
  "// biome-ignore lint/a: b",
  "// prettier-ignore",
  "/* prettier-ignore-start */",
  "// tslint:disable-next-line",
  "/* tslint:disable */",
  "/* jshint esversion: 6 */",
  "// jshint ignore:line",
  "/*jslint node: true */",
  "// jscs:disable",
  "/* standard-ignore */",
  "// deno-lint-ignore no-explicit-any",
  "// deno-fmt-ignore-file",
  "/* global a, b:true */",
  "/* globals a */",
  "/* exported f */",
  "/* istanbul ignore next */",
  "/* c8 ignore start */",
  "/* v8 ignore next 3 */",
  "/* node:coverage disable */",
  "// codecov ignore next",
  // Written in two parts, for the test runner itself looks for them.
  `/** @${"jest"}-environment jsdom */`,
  `// @${"vitest"}-environment node`,
  '/* webpackChunkName: "a" */',
  "/* webpackIgnore: true */",
  "/* @vite-ignore */",
  "/*#__PURE__*/",
  "/* @__PURE__ */",
  "/* @__INLINE__ */",
  "/* #__NO_SIDE_EFFECTS__ */",
  '/// <reference types="node" />',
  '/// <amd-module name="a" />',
  "/** @jsx h */",
  "/* @jsxImportSource preact */",
  "// @flow",
  "/* @flow strict */",
  "/* @noflow */",
  "// $FlowFixMe[prop-missing]",
  "/* $FlowIgnore */",
  "/*:: type A = string */",
  "//# sourceMappingURL=a.js.map",
  "//@ sourceURL=a.js",
  "#!/usr/bin/env node",
  "/* @license MIT */",
  "/**\n * @preserve\n */",
  "/*! MIT */",
  "//! MIT",
  "// cspell:disable",
  "/* spell-checker: disable */",
  "// NOSONAR",
  "/* NOSONAR: why */",
  "/* stylelint-disable */",
  "//#region a",
  "// #endregion",
];

test.each(directives)("%s steers a tool", (comment) => {
  expect(isDirective(comment, "typescript")).toBe(true);
  expect(isDirective(comment, "javascript")).toBe(true);
});

const types = [
  "/** @type {string} */",
  "/** @typedef {{ a: string }} A */",
  "/**\n * @callback F\n * @param {string} a\n */",
  "/** @template T */",
  "/** @satisfies {A} */",
  "/** @import { A } from 'a' */",
  "/** @overload */",
  "/** @enum {number} */",
];

test.each(types)("%s declares a type in JavaScript only", (comment) => {
  expect(isDirective(comment, "javascript")).toBe(true);
  expect(isDirective(comment, "typescript")).toBe(false);
});

const plain = [
  "// note",
  "/* the global state is evil */",
  "// standardised by TC39",
  "// eslintrc is read here",
  "// this is pure",
  "// exported for tests",
  "// global state",
  "/** Exported for tests. */",
  "// : odd",
  "// region of interest",
  "// deno and node differ here",
  "// see @type in the documentation",
  "/* @type {string} */",
  "/** Returns the @license text. */",
  "// globally unique",
  "// v8 is fast",
  "// ignored by istanbul",
  "// flow of control",
  "// webpack reads this",
  "// a :: b",
  "// regional settings",
  "/** Doc. */",
  "/**\n * Doc.\n *\n * @param {string} a The a.\n * @returns {void}\n */",
  "// prettier than before",
];

test.each(plain)("%s is for readers", (comment) => {
  expect(isDirective(comment, "javascript")).toBe(false);
  expect(isDirective(comment, "typescript")).toBe(false);
});
