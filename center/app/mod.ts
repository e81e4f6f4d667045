/** x @module */ export {};
