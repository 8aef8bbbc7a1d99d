/** The botmesh command. */
@NullMarked
package io.botmesh.cli;

import org.jspecify.annotations.NullMarked;
