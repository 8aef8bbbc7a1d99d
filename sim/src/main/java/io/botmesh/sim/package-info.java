/** Whole meshes on one thread: nodes, disks, a server, a clock and all that goes wrong, from one seed. */
@NullMarked
package io.botmesh.sim;

import org.jspecify.annotations.NullMarked;
