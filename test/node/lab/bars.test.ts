import { expect } from "chai";
import { MalformedCsvError } from "../../../offchain/lab/errors.js";
import { wad } from "../../../offchain/lab/numbers.js";
import { parseBars } from "../../../offchain/lab/scenarios/replay/bars.js";

const HEADER = "timestamp,open,high,low,close,volume";
const GOOD = "2020-03-12T10:00:00Z,100,110,90,95,1.5";

const refuse = (text: string, line: number, problem: RegExp) =>
  expect(() => parseBars("ETHUSDT-x-spot-1m.csv", text))
    .to.throw(MalformedCsvError, problem)
    .that.includes({ file: "ETHUSDT-x-spot-1m.csv", line });

describe("parseBars", () => {
  it("default: reads bars, with volume or without, with any line ending", () => {
    const [bar] = parseBars("a.csv", `${HEADER}\r\n${GOOD}\r\n`);
    expect(bar).to.deep.equal({
      openSeconds: Date.parse("2020-03-12T10:00:00Z") / 1000,
      openWad: wad("100"),
      highWad: wad("110"),
      lowWad: wad("90"),
      closeWad: wad("95"),
    });
    expect(parseBars("a.csv", "timestamp,open,high,low,close\n2020-03-12T10:00:00Z,1,1,1,1")).to.have.length(1);
  });

  it("behavior: keeps 18 decimals and drops what lies beyond", () => {
    const [bar] = parseBars("a.csv", `${HEADER}\n2020-03-12T10:00:00Z,1.0000000000000000019,2,1,1.5,0`);
    expect(bar?.openWad).to.equal(wad("1.000000000000000001"));
  });

  it("error: MalformedCsvError names the line", () => {
    refuse("time,price\n1,2", 1, /header/);
    refuse("", 1, /header/);
    refuse(`${HEADER}\n${GOOD}\n2020-03-12T10:01:00Z,100,110,90`, 3, /fields/);
    refuse(`${HEADER}\n${GOOD}\n12.03.2020,100,110,90,95,1`, 3, /timestamp/);
    refuse(`${HEADER}\n2020-03-12T10:00:00Z,abc,110,90,95,1`, 2, /open is "abc"/);
    refuse(`${HEADER}\n2020-03-12T10:00:00Z,100,110,90,-95,1`, 2, /close/);
    refuse(`${HEADER}\n2020-03-12T10:00:00Z,100,110,0,95,1`, 2, /zero/);
    refuse(`${HEADER}\n2020-03-12T10:00:00Z,100,99,90,95,1`, 2, /high 99/);
    refuse(`${HEADER}\n2020-03-12T10:00:00Z,100,110,96,95,1`, 2, /low 96/);
    refuse(`${HEADER}\n${GOOD}\n${GOOD}`, 3, /does not rise/);
    refuse(`${HEADER}\n${GOOD}\n"2020-03-12T10:01:00Z,100`, 3, /quotes/);
  });
});
