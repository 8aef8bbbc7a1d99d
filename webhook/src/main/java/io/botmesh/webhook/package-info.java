/** A webhook server in front of the runner: many bots on one port. */
@NullMarked
package io.botmesh.webhook;

import org.jspecify.annotations.NullMarked;
