/** Terms of an asset of class A as measurements of the oracle alone use them; each says what it changes. */
export const CLASS_A_TERMS = {
  gateBps: 200n,
  truncationBps: 200n,
  velocityBps: 500n,
  minHalfSpreadBps: 10n,
  wideHalfSpreadBps: 100n,
  freshSeconds: 300n,
  maxAgeSeconds: 3600n,
  ageSpreadBps: 10_000n,
  shortWindowSeconds: 180n,
  longWindowSeconds: 1800n,
  ringSpacingSeconds: 8n,
  sigmaFloorBps: 3000n,
  sigmaSeedBps: 6000n,
  glideBpsPerHour: 1000n,
} as const;
