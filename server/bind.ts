/**
 * Binding an address.
 *
 * @module
 */
import { type Address, formatAddress, type Listener, type ListenOptions, type Transport } from "../transport/mod.ts";

/** The listener at `address`; an error keeps its class, which tells what to do, and says where it was. */
export async function bind(transport: Transport, address: Address, options: ListenOptions): Promise<Listener> {
  try {
    return await transport.listen(address, options);
  } catch (error) {
    if (error instanceof Error && !error.message.startsWith("Cannot listen")) {
      error.message = `Cannot listen at ${formatAddress(address)}: ${error.message}`;
    }
    throw error;
  }
}
