import { getAddress, isAddress } from "ethers";
import { z } from "zod";
import { InvalidAddressBookError, MissingAddressError } from "./errors.js";

/** The contracts of one risk domain, as address books name them. */
export const contractNames = [
  "accessManager",
  "priceOracle",
  "correlationMatrix",
  "volSurface",
  "circuitBreaker",
  "outflowLimiter",
  "perpMarkets",
  "optionMarkets",
  "portfolioMargin",
  "marginVault",
  "exchange",
  "insuranceFund",
  "venueAllocator",
  "backstop",
  "lossWaterfall",
  "liquidationAuction",
  "lens",
  "greeksLens",
  "matrixLens",
  "previewLens",
  "leverageLens",
] as const;

/** Name of a contract in an address book. */
export type ContractName = (typeof contractNames)[number];

/** Where a deployment lives. Addresses are checksummed. */
export type AddressBook = {
  readonly chainId: bigint;
  readonly contracts: { readonly [name in ContractName]?: string | undefined };
  /** Tokens by symbol. */
  readonly tokens: { readonly [symbol: string]: string };
};

const address = z
  .string()
  .refine((text) => isAddress(text), "is no address with a valid checksum")
  .transform((text) => getAddress(text));

const schema = z.strictObject({
  chainId: z.int().positive().transform(BigInt),
  contracts: z.partialRecord(z.enum(contractNames), address),
  tokens: z.record(z.string(), address).default({}),
});

/**
 * Checks the parsed JSON of an address book: `{ "chainId": 1, "contracts": { "exchange": "0x…" }, "tokens": { "USDC": "0x…" } }`.
 *
 * @param json - What `JSON.parse` gave; reading the file is the caller's.
 * @returns The book; contracts may be missing, which {addressOf} reports when one is needed.
 * @throws {InvalidAddressBookError} when a key is unknown, a value is no address, or the chain id no positive integer.
 * @example
 * const book = parseAddressBook(JSON.parse(text));
 */
export function parseAddressBook(json: unknown): AddressBook {
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join(".") || "the book"}: ${issue.message}`);
    throw new InvalidAddressBookError(problems, { cause: parsed.error });
  }
  return parsed.data;
}

/**
 * Writes a book as the JSON value that {parseAddressBook} reads: contracts in their fixed order, tokens by symbol.
 *
 * @example
 * const text = JSON.stringify(addressBookToJson(book), undefined, 2);
 */
export function addressBookToJson(book: AddressBook): object {
  const contracts = contractNames.filter((name) => book.contracts[name] !== undefined);
  return {
    chainId: Number(book.chainId),
    contracts: Object.fromEntries(contracts.map((name) => [name, book.contracts[name]])),
    tokens: Object.fromEntries(Object.entries(book.tokens).sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/**
 * Looks a contract up.
 *
 * @returns Its address.
 * @throws {MissingAddressError} when the book lacks it.
 * @example
 * const exchange = addressOf(book, "exchange");
 */
export function addressOf(book: AddressBook, name: ContractName): string {
  const found = book.contracts[name];
  if (found === undefined) throw new MissingAddressError(name, book.chainId);
  return found;
}
