// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AssetId} from "../../../contracts/types/AssetId.sol";
import {Portfolio} from "../../../contracts/types/Portfolio.sol";
import {PriceViews} from "../../../contracts/types/Price.sol";
import {SmileWord} from "../../../contracts/types/SmileWord.sol";
import {IPortfolioMargin} from "../../../contracts/risk/IPortfolioMargin.sol";
import {RiskOracleMock} from "./RiskOracleMock.sol";
import {SettableSmiles} from "./SettableSmiles.sol";

/// @dev Sets up a world of prices and parameters and asks the risk engine about many portfolios in it, all in one `eth_call`.
contract MarginProbe {
    struct Priced {
        AssetId asset;
        PriceViews views;
    }

    struct Underlying {
        AssetId asset;
        IPortfolioMargin.UnderlyingConfig config;
        IPortfolioMargin.OptionConfig options;
        IPortfolioMargin.LiquidityConfig liquidity;
    }

    struct Smile {
        AssetId asset;
        uint40 expiry;
        SmileWord word;
    }

    struct Collateral {
        uint8 index;
        IPortfolioMargin.CollateralConfig config;
    }

    struct Correlation {
        uint8 group;
        IPortfolioMargin.CorrelationConfig config;
    }

    struct World {
        Priced[] prices;
        Underlying[] underlyings;
        Smile[] smiles;
        Collateral[] collaterals;
        Correlation[] correlations;
        IPortfolioMargin.AddOnConfig addOns;
    }

    /// @param move Underlying whose prices are moved for `movedSurplusWad`.
    struct Question {
        Portfolio portfolio;
        uint256 stressWad;
        AssetId move;
        uint256 factorWad;
    }

    /// @param refusal What the engine reverted with; empty where it answered.
    struct Answer {
        IPortfolioMargin.MarginReport report;
        int256 initialSurplusWad;
        int256 movedSurplusWad;
        bytes refusal;
    }

    RiskOracleMock public immutable oracle = new RiskOracleMock();
    SettableSmiles public immutable surface = new SettableSmiles();
    IPortfolioMargin private _risk;

    function bind(IPortfolioMargin risk) external {
        _risk = risk;
    }

    function ask(
        World calldata world,
        Question[] calldata questions
    ) external returns (uint256 nowSeconds, Answer[] memory answers, uint256[4][] memory shocksWad) {
        _enter(world);
        answers = new Answer[](questions.length);
        for (uint256 i = 0; i < questions.length; ++i) {
            try this.answerTo(questions[i]) returns (Answer memory answer) {
                answers[i] = answer;
            } catch (bytes memory refusal) {
                answers[i].refusal = refusal;
            }
        }
        shocksWad = new uint256[4][](world.underlyings.length);
        for (uint256 i = 0; i < shocksWad.length; ++i) {
            uint256[4] memory s = shocksWad[i];
            (s[0], s[1], s[2], s[3]) = _risk.shocksOf(world.underlyings[i].asset, 1e18);
        }
        return (block.timestamp, answers, shocksWad);
    }

    /// @dev Of portfolios that the engine answers: all of them in one call, as for the sides of a trade.
    function surpluses(
        World calldata world,
        Portfolio[] calldata portfolios,
        uint256[] calldata stressesWad
    ) external returns (int256[] memory surplusesWad) {
        _enter(world);
        (surplusesWad, ) = _risk.initialSurpluses(portfolios, stressesWad);
    }

    function answerTo(Question calldata question) external view returns (Answer memory answer) {
        answer.report = _risk.report(question.portfolio, question.stressWad);
        answer.initialSurplusWad = _risk.initialSurplus(question.portfolio, question.stressWad);
        answer.movedSurplusWad = _risk.liquidationSurplusAt(question.portfolio, question.move, question.factorWad);
    }

    function _enter(World calldata world) private {
        for (uint256 i = 0; i < world.prices.length; ++i) {
            oracle.set(world.prices[i].asset, world.prices[i].views);
        }
        for (uint256 i = 0; i < world.underlyings.length; ++i) {
            _risk.setUnderlying(world.underlyings[i].asset, world.underlyings[i].config);
            _risk.setOptions(world.underlyings[i].asset, world.underlyings[i].options);
            _risk.setLiquidity(world.underlyings[i].asset, world.underlyings[i].liquidity);
        }
        for (uint256 i = 0; i < world.smiles.length; ++i) {
            surface.set(world.smiles[i].asset, world.smiles[i].expiry, world.smiles[i].word);
        }
        for (uint256 i = 0; i < world.collaterals.length; ++i) {
            _risk.setCollateral(world.collaterals[i].index, world.collaterals[i].config);
        }
        for (uint256 i = 0; i < world.correlations.length; ++i) {
            _risk.setCorrelation(world.correlations[i].group, world.correlations[i].config);
        }
        _risk.setAddOns(world.addOns);
    }
}
