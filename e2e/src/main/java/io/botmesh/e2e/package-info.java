/** Tests across modules, with real processes and third-party clients. */
@NullMarked
package io.botmesh.e2e;

import org.jspecify.annotations.NullMarked;
