import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { assertSpyCalls, MockError, spy } from "@std/testing/mock";

class Account {
  constructor(public balance: number) {}

  add(amount: number): number {
    if (amount < 0) throw new RangeError("negative");
    return this.balance += amount;
  }
}

Deno.test("spy() does nothing and counts", () => {
  const made = spy();
  assertEquals(made(1, "a"), undefined);
  made();
  assertEquals(made.calls, [{ args: [1, "a"], returned: undefined }, { args: [], returned: undefined }]);
  assertSpyCalls(made, 2);
  assertThrows(() => assertSpyCalls(made, 1), Error, "Spy not called as often");
});

Deno.test("spy(func) calls it and keeps what came of it", () => {
  const parse = spy((text: string): unknown => JSON.parse(text));
  assertEquals(parse("[1]"), [1]);
  const error = assertThrows(() => parse("["), SyntaxError);
  assertEquals(parse.calls[0], { args: ["[1]"], returned: [1] });
  assertEquals(parse.calls[1], { args: ["["], error });
  assertThrows(() => parse.restore(), MockError, "stands for no method");
});

Deno.test("spy(self, property) stands for a method until restored", () => {
  const account = new Account(1), original = account.add;
  {
    using add = spy(account, "add");
    assertEquals(account.add(2), 3);
    assertThrows(() => account.add(-1), RangeError);
    assertEquals(add.calls.length, 2);
    assertStrictEquals(add.calls[0]!.self, account);
    assertStrictEquals(add.original, original);
    assert(!add.restored);
  }
  assertStrictEquals(account.add, original);
});

Deno.test("spy(self, property) is put back as it was, once", () => {
  const account = new Account(1), own = { run: () => 1 };
  const inherited = spy(account, "add"),
    run = spy(own, "run"),
    { value } = Object.getOwnPropertyDescriptor(own, "run")!;
  assertStrictEquals(value, run);
  inherited.restore();
  run.restore();
  assert(!Object.hasOwn(account, "add") && inherited.restored);
  assertEquals(own.run(), 1);
  assertSpyCalls(run, 0);
  assertThrows(() => run.restore(), MockError, "already restored");
});

Deno.test("spy(self, property) refuses what is no method", () => {
  assertThrows(() => spy({ a: 1 } as unknown as { a(): void }, "a"), MockError, `property "a" is no method`);
});
