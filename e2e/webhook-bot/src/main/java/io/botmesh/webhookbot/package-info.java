/** A bot that e2e runs. */
@NullMarked
package io.botmesh.webhookbot;

import org.jspecify.annotations.NullMarked;
