import { AbiCoder, concat, HDNodeWallet, keccak256, Mnemonic, toBeHex, zeroPadBytes } from "ethers";

const coder = AbiCoder.defaultAbiCoder();

/** Fields of a report of schema v3; prices in the feed's decimals. */
export type StreamReport = {
  readonly feedId: string;
  readonly validFrom: bigint;
  readonly observedAt: bigint;
  readonly nativeFee: bigint;
  readonly linkFee: bigint;
  readonly expiresAt: bigint;
  readonly price: bigint;
  readonly bid: bigint;
  readonly ask: bigint;
};

/** Signers of a test, as many as a verifier takes. */
export function streamSigners(count: number): readonly HDNodeWallet[] {
  const mnemonic = Mnemonic.fromPhrase("test test test test test test test test test test test junk");
  return Array.from({ length: count }, (_, index) => HDNodeWallet.fromMnemonic(mnemonic, `m/44'/60'/0'/9/${index}`));
}

export function encodeReport(report: StreamReport): string {
  const { feedId, validFrom, observedAt, nativeFee, linkFee, expiresAt, price, bid, ask } = report;
  const types = ["bytes32", "uint32", "uint32", "uint192", "uint192", "uint32", "int192", "int192", "int192"];
  return coder.encode(types, [feedId, validFrom, observedAt, nativeFee, linkFee, expiresAt, price, bid, ask]);
}

/** A report as the streams' service hands it out: context, report and one signature of each signer. */
export function signReport(configDigest: string, reportBytes: string, signers: readonly HDNodeWallet[]): string {
  const context = [configDigest, toBeHex(0x0100, 32), toBeHex(0, 32)];
  const digest = keccak256(concat([keccak256(reportBytes), ...context]));
  const signatures = signers.map((signer) => signer.signingKey.sign(digest));
  const vs = zeroPadBytes(concat(signatures.map(({ yParity }) => toBeHex(yParity, 1))), 32);
  return coder.encode(
    ["bytes32[3]", "bytes", "bytes32[]", "bytes32[]", "bytes32"],
    [context, reportBytes, signatures.map(({ r }) => r), signatures.map(({ s }) => s), vs],
  );
}
