import { defineRoom, defineServer } from "@colyseus/core";
import express from "express";
import { Dots } from "./dots.js";

export default defineServer({
  rooms: { dots: defineRoom(Dots) },
  express: (app) => {
    app.use("/sdk", express.static("node_modules/@colyseus/sdk/dist"));
    app.use(express.static("public"));
  },
});
