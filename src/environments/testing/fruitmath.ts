import type { Wheel } from "./wheels.ts";

/** A package that the repository below imports. */
export const FRUITMATH = {
  name: "fruitmath",
  version: "1.2",
  files: { "fruitmath.py": "def heavier(weight):\n    return weight + 1\n" },
} as const satisfies Wheel;

/** A repository that asks for it; without tests. */
export const FRUITMATH_USER = {
  LICENSE: "MIT License\n\nPermission is hereby granted, free of charge, to any person obtaining a copy\n",
  "requirements.txt": "fruitmath\n",
  "orchard/__init__.py": "",
  "orchard/weights.py": `import fruitmath


def wet(weights, rain):
    """Return what weights become in the rain: each is one heavier, those below the rain are doubled."""
    result = []
    for weight in weights:
        now = fruitmath.heavier(weight)
        result.append(now * 2 if weight < rain else now)
    return result
`,
};
