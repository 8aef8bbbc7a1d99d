/** Tests across modules. */
@NullMarked
package io.botmesh.e2e;

import org.jspecify.annotations.NullMarked;
