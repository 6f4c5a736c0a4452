import { readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { Wallet } from "ethers";
import {
  JournaledWallet,
  KeeperFileError,
  ORDINARY_DUTIES,
  ORDINARY_LIQUIDATIONS,
  hermesUpdates,
  liquidate,
  openSteward,
  vaultAccounts,
} from "../../offchain/keeper/index.js";
import { BreakwaterError, connect, openProvider, parseAddressBook, toTypedError } from "../../offchain/sdk/index.js";
import type { KeeperFlags } from "./flags.js";

/** What a pull of prices may cost, wei: a hundredth of a coin. */
const MAX_UPDATE_FEE_WEI = 10n ** 16n;
const ACCOUNTS_PER_TICK = 256;

const log = {
  info: (message: string) => console.log(`${new Date().toISOString()} ${message}`),
  warn: (message: string) => console.error(`${new Date().toISOString()} ${message}`),
};

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new KeeperFileError(path, "it cannot be read", { cause });
  }
}

function jsonOf(path: string): unknown {
  try {
    return JSON.parse(textOf(path));
  } catch (cause) {
    if (cause instanceof KeeperFileError) throw cause;
    throw new KeeperFileError(path, "it is no JSON", { cause });
  }
}

async function keyOf({ keystore }: KeeperFlags): Promise<string> {
  const plain = process.env["BREAKWATER_KEEPER_KEY"];
  if (keystore !== undefined) {
    const password = process.env["BREAKWATER_KEEPER_PASSWORD"];
    if (password === undefined) throw new KeeperFileError(keystore, "BREAKWATER_KEEPER_PASSWORD is not set");
    try {
      return (await Wallet.fromEncryptedJson(textOf(keystore), password)).privateKey;
    } catch (cause) {
      if (cause instanceof KeeperFileError) throw cause;
      throw new KeeperFileError(keystore, "it is no keystore, or the password is wrong", { cause });
    }
  }
  if (plain === undefined)
    throw new KeeperFileError("--keystore", "no key is given: name a keystore, or set BREAKWATER_KEEPER_KEY");
  if (!/^0x[0-9a-fA-F]{64}$/.test(plain)) throw new KeeperFileError("BREAKWATER_KEEPER_KEY", "it is no private key");
  return plain;
}

/** Keeps the domain until told to stop, or for one tick. Returns the exit code. */
async function keep(flags: KeeperFlags): Promise<number> {
  const book = parseAddressBook(jsonOf(flags.deployment));
  const key = await keyOf(flags);
  const provider = await openProvider({ rpcUrl: flags.rpc, chainId: book.chainId });
  const stop = new AbortController();
  process.once("SIGINT", () => stop.abort()).once("SIGTERM", () => stop.abort());
  try {
    const signer = new JournaledWallet(key, provider, flags.journal);
    const recovered = await signer.recover();
    if (recovered > 0) log.warn(`sent again what was signed before the last end: ${recovered} transactions`);
    const protocol = connect(book, signer);
    const updates = flags.pyth === undefined ? {} : { updates: hermesUpdates(flags.pyth) };
    const steward = openSteward(
      { protocol, provider, signer, log, ...updates },
      {
        assets: flags.assets,
        policy: ORDINARY_DUTIES,
        maxUpdateFeeWei: MAX_UPDATE_FEE_WEI,
        accountsPerTick: ACCOUNTS_PER_TICK,
      },
    );
    const client = {
      protocol,
      accounts: vaultAccounts(protocol),
      gasPriceWei: async () => (await provider.getFeeData()).gasPrice ?? 0n,
      log,
    };
    for (;;) {
      let failures = 0;
      try {
        failures += (await steward.tick()).failed.length;
        if (flags.bidder !== undefined) {
          // Prices were observed by the steward.
          const config = {
            bidder: flags.bidder,
            rewardTo: flags.bidder,
            assets: [],
            nativeAsset: flags.assets[0] ?? 1n,
            policy: ORDINARY_LIQUIDATIONS,
          };
          failures += (await liquidate(client, config)).failed.length;
        }
      } catch (cause) {
        if (flags.once) throw cause;
        log.warn(`this tick is lost: ${toTypedError(cause).message}`);
      }
      if (flags.once) return failures === 0 ? 0 : 1;
      await setTimeout(flags.every * 1000, undefined, { signal: stop.signal }).catch(() => undefined);
      if (stop.signal.aborted) return 0;
    }
  } finally {
    provider.destroy();
  }
}

/** Runs the keeper and says in one sentence what went wrong. */
export async function runKeeper(flags: KeeperFlags): Promise<number> {
  try {
    return await keep(flags);
  } catch (cause) {
    const error = cause instanceof BreakwaterError ? cause : toTypedError(cause);
    console.error(error.message.replace(/\s+/g, " ").trim());
    return 2;
  }
}
