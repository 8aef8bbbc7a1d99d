/** A Bot API server that runs offline. */
@NullMarked
package io.botmesh.emulator;

import org.jspecify.annotations.NullMarked;
