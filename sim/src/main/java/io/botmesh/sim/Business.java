package io.botmesh.sim;

import java.util.Optional;

/**
 * What programs do beside sending plain messages, and what has come of it.
 *
 * @param parcels   none if no objects are sent
 */
record Business(Optional<Parcels> parcels, Inquiries inquiries) {}
