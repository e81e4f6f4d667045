/**
 * .proto files that tests read, by what they show.
 *
 * @module
 */

/** Texts of files that are right. */
export const goodProtos: Readonly<Record<string, string>> = {
  "scalars": `syntax = "proto3"; package s;
    message All {
      double a = 1; float b = 2; int32 c = 3; int64 d = 4; uint32 e = 5; uint64 f = 6; sint32 g = 7; sint64 h = 8;
      fixed32 i = 9; fixed64 j = 10; sfixed32 k = 11; sfixed64 l = 12; bool m = 13; string n = 14; bytes o = 15;
      int64 number = 0x10 [jstype = JS_NUMBER]; int32 last = 536870911; int32 octal = 0101;
    }`,
  "labels": `syntax = "proto3"; package l;
    message M { optional int32 a = 1; repeated string b = 2; M c = 3; optional M d = 4; repeated M e = 5; optional E f = 6; }
    enum E { E_ZERO = 0; }`,
  "names in many forms": `syntax = "proto3"; package n.a_b.C;
    message names {
      int32 user_name = 1; int32 UserName2 = 2; int32 user__id = 3; int32 a_1b = 4; int32 _lead = 5; int32 trail_ = 6;
      int32 constructor = 7; int32 to_string = 8; int32 HTTPServer = 9; int32 value_of = 10; int32 x_y_z = 11;
      oneof to_json { int32 toJSON = 12; int32 other_one = 13; }
    }
    service names_service { rpc toString (names) returns (names); rpc Get_It(names) returns (names); }`,
  "words of the language as names": `syntax = "proto3"; package words;
    message message { int32 message = 1; int32 enum = 2; string option = 3; bool reserved = 4; int32 optional = 5; }
    message oneof { .words.oneof oneof = 1; repeated message repeated = 2; optional words.message optional = 3; map map = 4; }
    message map { map<string, message> map = 1; int32 package = 2; int32 syntax = 3; stream stream = 4; int32 rpc = 5; }
    message stream { int32 group = 1; int32 to = 2; int32 max = 3; int32 import = 4; int32 extensions = 5; stream s = 6; }
    enum extend { extend_zero = 0; message_ = 1; to = 2; max = 3; enum = 4; }
    service service { rpc rpc(map) returns (stream stream); rpc option(.words.stream) returns (stream .words.stream); }`,
  "maps": `syntax = "proto3"; package m;
    message M {
      map<string, int32> a = 1; map<int32, M> b = 2; map<bool, bytes> c = 3; map<fixed64, E> d = 4; map<sint32, double> e = 5;
    }
    enum E { ZERO = 0; ONE = 1; MINUS = -1; }`,
  "oneofs": `syntax = "proto3"; package o;
    message M {
      oneof first { string text = 1; M inner = 2; bytes raw_data = 3; E kind = 7; }
      int32 between = 4;
      oneof second_one { int64 a = 5; uint64 b = 6; };
    }
    enum E { ZERO = 0; }`,
  "enumerations": `syntax = "proto3"; package e;
    enum Aliased { option allow_alias = true; A = 0; B = 1; C = 1; D = -0x80000000; E = 2147483647 [deprecated = true]; }
    enum Kept { reserved 2, 15, 9 to 11, 40 to max; reserved "FOO", "BAR"; K = 0; }
    message M { Aliased aliased = 1; repeated Kept kept = 2; enum Inner { I = 0; } Inner inner = 3; M.Inner again = 4; }`,
  "scopes": `syntax = "proto3"; package a.b;
    message X { int32 top = 1; message X { int32 deep = 1; } X inner = 1; a.b.X outer = 2; .a.b.X full = 3; b.X part = 4; }
    message Y { message Z { X x = 1; Y.Z self = 2; Z z = 3; a.b.Y.Z long = 4; a.b.X.X xx = 5; } message X {} Z z = 1; X x = 2; }`
    .replace("int32 top = 1;", ""),
  "messages that contain themselves": `syntax = "proto3"; package r;
    message A { B b = 1; repeated A list = 2; map<string, A> map = 3; oneof either { A left = 4; B right = 5; } }
    message B { C c = 1; } message C { A a = 1; D d = 2; } message D { int32 n = 1; }`,
  "well-known types": `syntax = "proto3"; package w;
    import "google/protobuf/timestamp.proto"; import "google/protobuf/duration.proto"; import "google/protobuf/empty.proto";
    import public "google/protobuf/struct.proto"; import "google/protobuf/wrappers.proto"; import "google/protobuf/any.proto";
    import "google/protobuf/field_mask.proto";
    message M {
      google.protobuf.Timestamp at = 1; repeated google.protobuf.Timestamp times = 2; google.protobuf.Duration d = 3;
      map<string, google.protobuf.Timestamp> by_name = 4; google.protobuf.Struct struct = 5; google.protobuf.Value v = 6;
      google.protobuf.Any any = 7; google.protobuf.FieldMask mask = 8; google.protobuf.ListValue list = 9;
      google.protobuf.NullValue null = 10; google.protobuf.Empty empty = 11; oneof o { google.protobuf.Timestamp t = 12; }
    }
    message W {
      google.protobuf.DoubleValue a = 1; google.protobuf.FloatValue b = 2; google.protobuf.Int64Value c = 3;
      google.protobuf.UInt64Value d = 4; google.protobuf.Int32Value e = 5; google.protobuf.UInt32Value f = 6;
      google.protobuf.BoolValue g = 7; google.protobuf.StringValue h = 8; google.protobuf.BytesValue i = 9;
    }
    service S { rpc Now(google.protobuf.Empty) returns (google.protobuf.Timestamp); }`,
  "services": `syntax = "proto3"; package v.one;
    message Req {} message Rsp {}
    service Svc {
      option deprecated = true;
      rpc Unary(Req) returns (Rsp);
      rpc ServerStream(Req) returns (stream Rsp) {}
      rpc ClientStream(stream .v.one.Req) returns (one.Rsp);
      rpc Bidi(stream Req) returns (stream Rsp) { option deprecated = true; };
      rpc Get(Req) returns (Rsp) { option idempotency_level = NO_SIDE_EFFECTS; }
      rpc Put(Req) returns (Rsp) { ; option idempotency_level = IDEMPOTENT; }
      rpc Post(Req) returns (Rsp) { option idempotency_level = IDEMPOTENCY_UNKNOWN; }
      rpc Chat(stream Req) returns (stream Rsp) { option idempotency_level = NO_SIDE_EFFECTS; }
    }
    service Empty {}`,
  "options of every form": `syntax = "proto3"; package p;
    import "google/protobuf/descriptor.proto";
    option java_package = "a" "b" 'c'; option optimize_for = SPEED; option cc_enable_arenas = true;
    extend google.protobuf.FieldOptions { Extra extra = 50000; repeated int32 numbers = 50001; }
    extend google.protobuf.MessageOptions { optional string note = 50000; double weight = 50001; sint32 minus = 50002; }
    message Extra { string s = 1; repeated Extra more = 2; map<string, int32> m = 3; }
    message M {
      option (note) = "x\\n\\x41\\u00e4"; option (p.weight) = -1.5e3; option (.p.minus) = -7; reserved 2, 4 to 6; reserved "foo", 'bar';
      int32 a = 1 [(extra).s = "y", (extra).more = { s: "z" more { s: 'q' }, m: [{ key: "k", value: 1 }] }, deprecated = true];
      repeated int32 b = 3 [packed = false, (numbers) = 1, (numbers) = 2]; string c = 7 [json_name = "other"];
      string d = 8 [ctype = CORD];
    }`,
  "comments and empty statements": `// first
    /* a */ syntax = "proto3"; ; package c /* in */ . d; ;
    message M { ; int32 a = 1; ; // behind
    /* before */ int32 b = 2; message N {}; enum E { ; Z = 0; ; }; oneof o { int32 c = 3; }; } ;
    service S { ; rpc A(M) returns (M); ; };`,
  "no package":
    `syntax = "proto3"; message M { N n = 1; message N { .M m = 1; } } service S { rpc A(M) returns (M.N); }`,
  "proto2": `package two;
    message M {
      optional int32 a = 1 [default = -5]; optional string b = 2 [default = "h\\"i"]; repeated int64 c = 3 [packed = true];
      optional E d = 4 [default = TWO]; optional double e = 5 [default = -inf]; optional bool f = 6 [default = true];
      optional bytes g = 7 [default = "ab"]; optional uint64 h = 8 [default = 18446744073709551615]; optional M m = 9;
      map<string, M> i = 10; oneof o { int32 j = 11; } optional float k = 12 [default = 1.5e3]; optional double l = 13 [default = nan];
    }
    enum E { ONE = 1; TWO = 2; }`,
  "proto2, told": `syntax = "proto2"; message M { repeated string a = 1; reserved 5 to max; }`,
};

/** Texts of files that are wrong, and what is said about them; protoc takes those of which a schema can't express a part. */
export const badProtos: Readonly<Record<string, [text: string, message: string, protoc?: "protoc takes it"]>> = {
  "no semicolon": [`syntax = "proto3"\nmessage M {}`, '2:1: got "message", want ";"'],
  "another syntax": [`syntax = "proto4";`, '1:10: syntax "proto4" is not supported, want "proto3" or "proto2"'],
  "a word that begins nothing": [
    p3("mesage M {}"),
    '2:1: got "mesage", want message, enum, service, import, package or option',
  ],
  "no brace at the end": [p3("message M { int32 a = 1;"), "2:25: got the end, want the name of a type"],
  "an unknown type": [p3("message M {\n  Nothing a = 1;\n}"), "3:3: there is no type Nothing"],
  "a type of a scope that hides another": [
    p3("package a; message B { message C {} } message M { message B {} B.C c = 1; }"),
    "2:64: there is no type B.C",
  ],
  "the number 0": [p3("message M { int32 a = 0; }"), "2:23: 0 is not a number of a field from 1 to 536870911"],
  "a number that is too large": [
    p3("message M { int32 a = 536870912; }"),
    "2:23: 536870912 is not a number of a field",
  ],
  "a number that protobuf keeps": [
    p3("message M { int32 a = 19500; }"),
    "2:23: protobuf keeps the numbers 19000-19999",
  ],
  "a number twice": [p3("message M { int32 a = 1;\n int32 b = 1; }"), "3:8: the number 1 stands twice"],
  "a field twice": [p3("message M { int32 a = 1;\n int32 a = 2; }"), "3:8: a field a stands before"],
  "two fields with one key": [p3("message M { int32 a_b = 1; int32 aB = 2; }"), "2:34: a field aB stands before"],
  "a reserved number": [p3("message M { reserved 2, 5 to 7; int32 a = 6; }"), "2:39: the number 6 is reserved"],
  "a reserved name": [p3('message M { reserved "a"; int32 a = 1; }'), "2:33: the name a is reserved"],
  "a type twice": [p3("message M {}\nenum M { A = 0; }"), "3:6: the name M is taken"],
  "a service with the name of a type": [p3("message M {}\nservice M {}"), "3:9: the name M is taken"],
  "an enum without values": [p3("enum E {}"), "2:6: enum E has no values"],
  "an enum that doesn't begin with 0": [p3("enum E { A = 1; }"), "2:10: the first value of an enum must be 0"],
  "an enum with a number twice": [
    p3("enum E { A = 0; B = 0; }"),
    "2:17: the number 0 stands twice, without option allow_alias",
  ],
  "an enum with a name twice": [p3("enum E { A = 0; A = 1; }"), "2:17: A stands twice"],
  "an enum with a number of 33 bits": [
    p3("enum E { A = 0; B = 2147483648; }"),
    "2:21: 2147483648 is not a number of a value",
  ],
  "a map by doubles": [p3("message M { map<double, int32> a = 1; }"), "2:17: double can't be the key of a map"],
  "a list of maps": [p3("message M { repeated map<int32, int32> a = 1; }"), "2:13: a map can't be repeated"],
  "a map in a oneof": [p3("message M { oneof o { map<int32, int32> a = 1; } }"), "2:23: a map can't be in a oneof"],
  "a list in a oneof": [
    p3("message M { oneof o { repeated int32 a = 1; } }"),
    "2:23: a field of a oneof can't be repeated",
  ],
  "a oneof without fields": [p3("message M { oneof o { } }"), "2:19: oneof o has no fields"],
  "a oneof twice": [
    p3("message M { oneof o { int32 a = 1; } oneof o { int32 b = 2; } }"),
    "2:44: oneof o stands twice",
  ],
  "a method of an enum": [p3("enum E { A = 0; } service S { rpc A(E) returns (E); }"), "2:37: E is no message"],
  "a method twice": [
    p3("message M {} service S { rpc A(M) returns (M); rpc A(M) returns (M); }"),
    "2:52: a method a stands before",
  ],
  "a default in proto3": [p3("message M { int32 a = 1 [default = 1]; }"), "2:26: proto3 has no defaults"],
  "a required field in proto3": [p3("message M { required int32 a = 1; }"), "2:22: required fields are not supported"],
  "a file that isn't there": [p3('import "a/b.proto";'), '2:8: there is no file "a/b.proto" to import'],
  "a package named twice": [p3("package a; package b;"), "2:12: the package is named twice"],
  "two oneofs with one key": [p3("message M { extensions 5 to 7; }"), "2:13: extensions are not supported"],
  "no label in proto2": ["message M { int32 a = 1; }", "1:13: want optional or repeated in front of the type"],
  "a default of another type": [
    "message M { optional int32 a = 1 [default = 3000000000]; }",
    "1:35: the default is no int32",
  ],
  "a default that no enum has": [
    "enum E { A = 0; } message M { optional E a = 1 [default = B]; }",
    "1:49: the default is no enumeration",
  ],
  "a default of a list": ["message M { repeated int32 a = 1 [default = 1]; }", "1:35: lists and maps have no defaults"],
  "a required field": [
    "message M { required int32 a = 1; }",
    "1:22: required fields are not supported, use optional",
    "protoc takes it",
  ],
  "a group": ["message M { optional group A = 1 { } }", "1:22: groups are not supported", "protoc takes it"],
  "extensions": ["message M { extensions 5 to 7; }", "1:13: extensions are not supported", "protoc takes it"],
  "an extension": [
    "message M { extensions 5; }\nextend M { optional int32 a = 5; }".replace("extensions 5;", ""),
    "2:8: extensions are not supported",
  ],
  "a comment without an end": [p3("/* message"), "2:1: the comment has no end"],
  "a name that no name is": [p3("message 1M {}"), '2:9: "1M" is no number'],
  "a field of a stream": [p3("message M { stream M a = 1; }"), '2:22: got "a", want "="'],
};

function p3(text: string): string {
  return `syntax = "proto3";\n${text}`;
}
