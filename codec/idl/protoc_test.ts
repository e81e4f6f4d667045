/**
 * protoc, for the tests that have it judge. Holds no test itself.
 *
 * @module
 */
import { fromBinary } from "@bufbuild/protobuf";
import { type FileDescriptorSet, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";

/** Runs protoc on `text`; undefined when it refuses that. */
export async function protoc(text: string): Promise<FileDescriptorSet | undefined> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/case.proto`, text);
    const args = ["-I", folder, "--include_imports", "--descriptor_set_out=/dev/stdout", `${folder}/case.proto`];
    const { success, stdout } = await new Deno.Command("protoc", { args, stderr: "null" }).output();
    return success ? fromBinary(FileDescriptorSetSchema, stdout) : undefined;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Whether protoc and the files of `google/protobuf/` are there. */
async function isThere(): Promise<boolean> {
  try {
    return await protoc(`import "google/protobuf/timestamp.proto";`) !== undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Options of a test that needs protoc. */
export const needsProtoc: { ignore: boolean } = { ignore: !await isThere() };
/** What the names of such tests end with. */
export const note = needsProtoc.ignore ? " (protoc or libprotobuf-dev is missing)" : "";
