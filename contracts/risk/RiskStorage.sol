// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IPriceOracle} from "../oracle/IPriceOracle.sol";
import {IVolSurface} from "../oracle/IVolSurface.sol";
import {Rooms, Sheet} from "./Book.sol";
import {IPortfolioMargin} from "./IPortfolioMargin.sol";
import {ParameterStore} from "./ParameterStore.sol";

/// @title RiskStorage
/// @notice Where the risk engine and its views keep things: one layout for both, because the views run on the engine's.
/// @dev Owns: all storage of the risk room.
abstract contract RiskStorage is AccessManaged {
    IPriceOracle internal immutable _oracle;
    IVolSurface internal immutable _surface;
    /// @dev Made with the views: nobody can exchange it.
    address internal immutable _normalTable;

    ParameterStore internal _store;

    constructor(
        address authority,
        IPriceOracle oracle,
        IVolSurface surface,
        address normalTable
    ) AccessManaged(authority) {
        if (address(oracle) == address(0) || address(surface) == address(0)) revert IPortfolioMargin.Risk_ZeroAddress();
        (_oracle, _surface, _normalTable) = (oracle, surface, normalTable);
    }

    function _sheet() internal view returns (Sheet memory sheet) {
        sheet.rooms = Rooms(_oracle, _surface, _normalTable);
    }
}
