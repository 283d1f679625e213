/// `./tollgate import`: an existing access log through the intake, then what its months would have cost.
@NullMarked
package dev.tollgate.quickstart.importing;

import org.jspecify.annotations.NullMarked;
