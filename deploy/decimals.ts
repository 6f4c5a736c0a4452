import { z } from "zod";

const pattern = /^-?\d+(\.\d+)?$/;

/** Parses a decimal string into an integer scaled by 10^`decimals`; refuses what would have to be rounded. */
function scale(text: string, decimals: number): bigint | undefined {
  const [whole = "", fraction = ""] = text.replace("-", "").split(".");
  if (fraction.length > decimals) return undefined;
  const digits = BigInt(whole + fraction.padEnd(decimals, "0"));
  return text.startsWith("-") ? -digits : digits;
}

const scaled = (decimals: number) =>
  z
    .string()
    .regex(pattern, 'wants a decimal string such as "0.05"')
    .transform((text, context) => {
      const value = scale(text, decimals);
      if (value !== undefined) return value;
      context.addIssue({ code: "custom", message: `has more than ${decimals} decimals` });
      return z.NEVER;
    });

/** A decimal string, as WAD (1e18). */
export const wad = scaled(18);

/** A decimal string, as a whole number. */
export const whole = scaled(0);

/** A small whole number that stays a `number`: seconds, bps, counts, indices. */
export const count = z.int().nonnegative();

/** A 20-byte address. */
export const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/, "wants an address of 20 bytes");
