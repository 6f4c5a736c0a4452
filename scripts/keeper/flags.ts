import { Command, CommanderError, InvalidArgumentError, Option } from "commander";

/** What the user asked for. */
export type KeeperFlags = {
  readonly rpc: string;
  readonly deployment: string;
  readonly keystore?: string;
  readonly once: boolean;
  readonly every: number;
  readonly assets: readonly bigint[];
  readonly bidder?: bigint;
  readonly pyth?: string;
  readonly journal: string;
};

export type ParsedFlags =
  | { readonly kind: "flags"; readonly flags: KeeperFlags }
  | { readonly kind: "help"; readonly text: string }
  | { readonly kind: "refused"; readonly problem: string };

function parseAssets(text: string): readonly bigint[] {
  const ids = text.split(",").map((id) => id.trim());
  if (!ids.every((id) => /^\d{1,2}$/.test(id) && Number(id) > 0))
    throw new InvalidArgumentError("they must be oracle ids separated by commas, such as 1,2,32.");
  return [...new Set(ids)].map(BigInt);
}

function parseEvery(text: string): number {
  const seconds = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (seconds < 1 || seconds > 3600) throw new InvalidArgumentError("it must be whole seconds from 1 to 3600.");
  return seconds;
}

function parseUrl(text: string): string {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text))
    throw new InvalidArgumentError("it must be an address that starts with http:// or https://.");
  return text;
}

function parseAccount(text: string): bigint {
  if (!/^0x[0-9a-fA-F]{64}$/.test(text)) throw new InvalidArgumentError("it must be 0x and 64 hexadecimal digits.");
  return BigInt(text);
}

/** Reads the command line of the keeper. */
export function parseKeeperFlags(argv: readonly string[]): ParsedFlags {
  const written: string[] = [];
  const program = new Command("keeper")
    .description("Keeps a domain: prices, breakers, option listings, settlement prices, settlements, liquidations.")
    .addHelpText(
      "after",
      "\nThe key: a keystore file whose password is in BREAKWATER_KEEPER_PASSWORD, or else BREAKWATER_KEEPER_KEY.\nExit codes: 0 done; 1 a duty of --once failed; 2 bad input or infrastructure.",
    )
    .requiredOption("--rpc <address>", "the node", parseUrl)
    .requiredOption("--deployment <file>", "address book, such as deploy/addresses/31337.json")
    .option("--keystore <file>", "encrypted key (JSON)")
    .option("--once", "one tick, then end", false)
    .addOption(new Option("--every <seconds>", "seconds between two ticks").default(12).argParser(parseEvery))
    .addOption(
      new Option("--assets <list>", "oracle ids to keep; the first is the coin that pays for gas")
        .default([1n, 2n], "1,2")
        .argParser(parseAssets),
    )
    .option("--bidder <account>", "account that bids in auctions; without it nobody is liquidated here", parseAccount)
    .option("--pyth <address>", "Hermes server for updates of Pyth feeds", parseUrl)
    .option("--journal <file>", "where signed transactions are kept", "keeper-journal.jsonl")
    .exitOverride()
    .configureOutput({ writeOut: (text) => written.push(text), writeErr: () => undefined });
  try {
    program.parse([...argv], { from: "user" });
    return { kind: "flags", flags: program.opts<KeeperFlags>() };
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { kind: "help", text: written.join("") };
    return { kind: "refused", problem: error.message.replace(/^error: /, "").replace(/\s*\n\s*/g, " ") };
  }
}
