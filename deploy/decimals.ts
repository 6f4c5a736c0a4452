import { z } from "zod";
import { InvalidDecimalError, parseDecimal } from "../offchain/sdk/index.js";

const scaled = (decimals: number) =>
  z.string().transform((text, context) => {
    try {
      return parseDecimal({ text, decimals });
    } catch (error) {
      if (!(error instanceof InvalidDecimalError)) throw error;
      context.addIssue({ code: "custom", message: `wants a decimal string with at most ${decimals} decimals` });
      return z.NEVER;
    }
  });

/** A decimal string, as WAD (1e18). */
export const wad = scaled(18);

/** A decimal string, as a whole number. */
export const whole = scaled(0);

/** A small whole number that stays a `number`: seconds, bps, counts, indices. */
export const count = z.int().nonnegative();

/** A 20-byte address. */
export const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/, "wants an address of 20 bytes");
